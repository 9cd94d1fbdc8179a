/// One error of a response, as section 7.1.2 of the specification (October 2021) shapes it.
///
/// Errors of a request (syntax, validation, variables, limits) have no path; errors of a field have one. `extensions`
/// of the former hold a `code`, see ``Code``.
public struct GraphQLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, for a person.
    public var message: String
    /// Where in the document; empty when no place is to blame.
    public var locations: [SourceLocation]
    /// The place in the response; nil for errors of the request.
    public var path: [PathElement]?
    /// What programs read: `code` and whatever a resolver adds.
    public var extensions: GraphQLObject
    /// The rule that a document or schema broke.
    public var rule: ValidationRule?

    /// An error with everything that is known of it.
    public init(
        _ message: String, locations: [SourceLocation] = [], path: [PathElement]? = nil,
        extensions: GraphQLObject = [:], rule: ValidationRule? = nil
    ) {
        self.message = message
        self.locations = locations
        self.path = path
        self.extensions = extensions
        self.rule = rule
    }

    /// An error with a code that programs read.
    public init(_ message: String, code: Code, locations: [SourceLocation] = [], rule: ValidationRule? = nil) {
        self.init(message, locations: locations, extensions: ["code": .string(code.rawValue)], rule: rule)
    }

    /// The member `code` of `extensions`.
    public var code: Code? {
        guard case .string(let code)? = extensions["code"] else { return nil }
        return Code(rawValue: code)
    }

    /// Message and places, for logs and tests.
    public var description: String {
        let places = locations.map { "\($0.line):\($0.column)" }.joined(separator: ", ")
        return places.isEmpty ? message : "\(message) (\(places))"
    }

    /// `extensions.code` of errors that the engine itself makes.
    public enum Code: String, Sendable, CaseIterable {
        /// The document does not follow the grammar.
        case parseFailed = "GRAPHQL_PARSE_FAILED"
        /// The document breaks a validation rule.
        case validationFailed = "GRAPHQL_VALIDATION_FAILED"
        /// A variable has no or a wrong value.
        case badUserInput = "BAD_USER_INPUT"
        /// No operation can be chosen by `operationName`.
        case operationResolution = "OPERATION_RESOLUTION_FAILURE"
        /// More tokens than ``Limits/tokens``.
        case tokenLimit = "TOKEN_LIMIT_EXCEEDED"
        /// Nested deeper than ``Limits/nesting``.
        case nestingLimit = "NESTING_LIMIT_EXCEEDED"
        /// Fields deeper than ``Limits/depth``.
        case depthLimit = "DEPTH_LIMIT_EXCEEDED"
        /// More aliases than ``Limits/aliases``.
        case aliasLimit = "ALIAS_LIMIT_EXCEEDED"
        /// Costlier than ``Limits/complexity``.
        case complexityLimit = "COMPLEXITY_LIMIT_EXCEEDED"
        /// Comparing the fields of the document takes more than ``Limits/comparisons`` steps.
        case comparisonLimit = "COMPARISON_LIMIT_EXCEEDED"
    }
}

/// A step of a response path.
public enum PathElement: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral
{
    /// A response key.
    case key(String)
    /// A position in a list, from 0.
    case index(Int)

    /// A response key.
    public init(stringLiteral value: String) { self = .key(value) }
    /// A position in a list.
    public init(integerLiteral value: Int) { self = .index(value) }

    /// The key or the number.
    public var description: String {
        switch self {
        case .key(let key): key
        case .index(let index): String(index)
        }
    }

    /// As in JSON.
    public var value: GraphQLValue {
        switch self {
        case .key(let key): .string(key)
        case .index(let index): .int(index)
        }
    }
}
