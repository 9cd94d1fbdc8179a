/// A type system: named types, directives and the root types of operations, built from a definition in SDL.
///
/// `Schema(sdl:)` refuses a definition that breaks a rule of section 3 of the specification, with all errors and their
/// places. A schema is immutable and may be shared.
public final class Schema: Sendable {
    /// The text in front of `schema`.
    public let description: String?
    /// All types: the definition's in its order, then the scalars it uses, then those of introspection.
    public let types: [NamedType]
    /// All directives: the definition's in its order, then the built-in ones.
    public let directives: [DirectiveType]
    /// Where queries start.
    public let query: NamedType?
    /// Where mutations start; nil when there are none.
    public let mutation: NamedType?
    /// Where subscriptions start; nil when there are none.
    public let subscription: NamedType?

    let document: Document
    private let typeIndex: [String: Int]
    private let directiveIndex: [String: Int]
    private let possible: [[Int]]
    private let possibleSets: [Set<Int>]
    /// `__typename`, `__schema` and `__type`.
    let typenameField: FieldType
    let schemaField: FieldType
    let typeField: FieldType

    init(_ parts: Parts) {
        description = parts.description
        types = parts.types
        directives = parts.directives
        document = parts.document
        typeIndex = Dictionary(parts.types.map { ($0.name, $0.index) }, uniquingKeysWith: { first, _ in first })
        directiveIndex = Dictionary(
            parts.directives.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        query = parts.roots[.query].map { parts.types[$0] }
        mutation = parts.roots[.mutation].map { parts.types[$0] }
        subscription = parts.roots[.subscription].map { parts.types[$0] }
        var possible = parts.types.map { $0.kind == .union ? $0.members : [] }
        var subtypes = possible.map(Set.init)
        for type in parts.types {
            for interface in type.interfaces {
                if type.kind == .object, !subtypes[interface].contains(type.index) {
                    possible[interface].append(type.index)
                }
                subtypes[interface].insert(type.index)
            }
        }
        self.possible = possible
        possibleSets = subtypes
        typenameField = parts.typenameField
        schemaField = parts.schemaField
        typeField = parts.typeField
    }

    /// What the builder found.
    struct Parts {
        var description: String?
        var types: [NamedType]
        var directives: [DirectiveType]
        var roots: [OperationKind: Int]
        var document: Document
        var typenameField: FieldType
        var schemaField: FieldType
        var typeField: FieldType
    }

    /// A type by name.
    public func type(_ name: String) -> NamedType? { typeIndex[name].map { types[$0] } }

    /// A directive by name, without `@`.
    public func directive(_ name: String) -> DirectiveType? { directiveIndex[name].map { directives[$0] } }

    /// Where operations of a kind start.
    public func root(_ kind: OperationKind) -> NamedType? {
        switch kind {
        case .query: query
        case .mutation: mutation
        case .subscription: subscription
        }
    }

    /// The object types that may stand for an interface or union.
    public func possibleTypes(of type: NamedType) -> [NamedType] { possible[type.index].map { types[$0] } }

    /// Whether an object or interface stands for an interface or union.
    public func isSubtype(_ type: NamedType, of abstract: NamedType) -> Bool {
        possibleSets[abstract.index].contains(type.index)
    }

    /// Whether a value of one type may stand where another is expected (covariance).
    func isSubtype(_ type: TypeReference, of other: TypeReference) -> Bool {
        switch (type, other) {
        case (.nonNull(let inner), .nonNull(let expected)): return isSubtype(inner, of: expected)
        case (_, .nonNull): return false
        case (.nonNull(let inner), _): return isSubtype(inner, of: other)
        case (.list(let inner), .list(let expected)): return isSubtype(inner, of: expected)
        case (.list, _), (_, .list): return false
        case (.named(let index), .named(let expected)):
            guard index != expected else { return true }
            let abstract = types[expected]
            let candidate = types[index]
            return abstract.isAbstract && (candidate.kind == .object || candidate.kind == .interface)
                && isSubtype(candidate, of: abstract)
        }
    }

    /// Whether some object could be of both types.
    func overlap(_ first: NamedType, _ second: NamedType) -> Bool {
        if first === second { return true }
        switch (first.isAbstract, second.isAbstract) {
        case (true, true): return possible[first.index].contains { possibleSets[second.index].contains($0) }
        case (true, false): return isSubtype(second, of: first)
        case (false, true): return isSubtype(first, of: second)
        case (false, false): return false
        }
    }

    /// A field as a selection names it, meta fields included.
    func field(_ name: String, of type: NamedType) -> FieldType? {
        if name.utf8.first == UInt8(ascii: "_") {
            switch name {
            case "__typename": return type.isComposite ? typenameField : nil
            case "__schema" where type === query: return schemaField
            case "__type" where type === query: return typeField
            default: break
            }
        }
        return type.field(name)
    }

    /// A written type with the names looked up; nil when a name is unknown.
    func reference(_ node: TypeNode) -> TypeReference? {
        switch node {
        case .named(let name): typeIndex[name.value].map { .named($0) }
        case .list(let inner, _): reference(inner).map { .list($0) }
        case .nonNull(let inner): reference(inner).map { .nonNull($0) }
        }
    }

    /// The type as it is written, for messages.
    public func name(of reference: TypeReference) -> String {
        switch reference {
        case .named(let index): types[index].name
        case .list(let inner): "[\(name(of: inner))]"
        case .nonNull(let inner): "\(name(of: inner))!"
        }
    }
}

/// All that is wrong with the definition of a schema.
public struct SchemaError: Error, Sendable, CustomStringConvertible {
    /// The errors in the order they were found.
    public let errors: [GraphQLError]

    /// One error a line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
