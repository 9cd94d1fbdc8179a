/// How a scalar type is read from variables and literals, and written to responses. Section 3.5 of the specification.
///
/// Each function throws ``ScalarError`` for what the scalar cannot represent.
public struct ScalarCoding: Sendable {
    /// From what a resolver gave to what the response holds.
    public let serialize: @Sendable (GraphQLValue) throws(ScalarError) -> GraphQLValue
    /// From the JSON of a variable to what a resolver gets.
    public let parseValue: @Sendable (GraphQLValue) throws(ScalarError) -> GraphQLValue
    /// From a literal (with the variables that may stand in it) to what a resolver gets.
    public let parseLiteral: @Sendable (ValueNode, GraphQLObject) throws(ScalarError) -> GraphQLValue

    /// A scalar with functions of its own. Without `parseLiteral`, literals become values first, then `parseValue`
    /// reads them.
    public init(
        serialize: @escaping @Sendable (GraphQLValue) throws(ScalarError) -> GraphQLValue,
        parseValue: @escaping @Sendable (GraphQLValue) throws(ScalarError) -> GraphQLValue,
        parseLiteral: (@Sendable (ValueNode, GraphQLObject) throws(ScalarError) -> GraphQLValue)? = nil
    ) {
        self.serialize = serialize
        self.parseValue = parseValue
        if let parseLiteral {
            self.parseLiteral = parseLiteral
        } else {
            self.parseLiteral = { (node: ValueNode, variables: GraphQLObject) throws(ScalarError) -> GraphQLValue in
                try parseValue(node.untypedValue(variables))
            }
        }
    }

    /// A scalar that takes and gives every value as it is.
    public static let passThrough = ScalarCoding(
        serialize: { (value) throws(ScalarError) in value }, parseValue: { (value) throws(ScalarError) in value })
}

/// Why a scalar refused a value.
public struct ScalarError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, for the client.
    public let description: String

    /// A refusal with its reason.
    public init(_ description: String) { self.description = description }
}

extension ValueNode {
    /// The value by its form alone, without a type.
    func untypedValue(_ variables: GraphQLObject) -> GraphQLValue {
        switch kind {
        case .variable(let name): variables[name] ?? .null
        case .int(let text): Int(text).map(GraphQLValue.int) ?? .double(Double(text) ?? .infinity)
        case .float(let text): .double(Double(text) ?? .infinity)
        case .string(let text, _), .enumeration(let text): .string(text)
        case .boolean(let flag): .bool(flag)
        case .null: .null
        case .list(let items): .list(items.map { $0.untypedValue(variables) })
        case .object(let fields):
            .object(
                fields.reduce(into: GraphQLObject()) { object, field in
                    object[field.name.value] = field.value.untypedValue(variables)
                })
        }
    }
}

extension ScalarCoding {
    /// The five scalars of the specification.
    static let builtIn: [String: ScalarCoding] = [
        "Int": int, "Float": float, "String": string, "Boolean": boolean, "ID": id,
    ]

    private static func whole(_ value: GraphQLValue) -> Int? {
        switch value {
        case .int(let number): number
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }

    private static func int32(_ number: Int, _ value: String) throws(ScalarError) -> GraphQLValue {
        guard Int32(exactly: number) != nil else {
            throw ScalarError("Int cannot represent non 32-bit signed integer value: \(value)")
        }
        return .int(number)
    }

    private static let int = ScalarCoding(
        serialize: { (value) throws(ScalarError) in
            var number = whole(value)
            if case .bool(let flag) = value { number = flag ? 1 : 0 }
            if case .string(let text) = value { number = Int(text) }
            guard let number else {
                throw ScalarError("Int cannot represent non-integer value: \(value.jsonString)")
            }
            return try int32(number, value.jsonString)
        },
        parseValue: { (value) throws(ScalarError) in
            guard let number = whole(value) else {
                throw ScalarError("Int cannot represent non-integer value: \(value.jsonString)")
            }
            return try int32(number, value.jsonString)
        },
        parseLiteral: { (node, _) throws(ScalarError) in
            guard case .int(let text) = node.kind else {
                throw ScalarError("Int cannot represent non-integer value: \(node.printed)")
            }
            return try int32(Int(text) ?? .max, text)
        })

    private static func finite(_ value: GraphQLValue) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .double(let number) where number.isFinite: number
        default: nil
        }
    }

    private static let float = ScalarCoding(
        serialize: { (value) throws(ScalarError) in
            var number = finite(value)
            if case .bool(let flag) = value { number = flag ? 1 : 0 }
            if case .string(let text) = value { number = Double(text).flatMap { $0.isFinite ? $0 : nil } }
            guard let number else {
                throw ScalarError("Float cannot represent non numeric value: \(value.jsonString)")
            }
            return .double(number)
        },
        parseValue: { (value) throws(ScalarError) in
            guard let number = finite(value) else {
                throw ScalarError("Float cannot represent non numeric value: \(value.jsonString)")
            }
            return .double(number)
        },
        parseLiteral: { (node, _) throws(ScalarError) in
            switch node.kind {
            case .int(let text), .float(let text): return .double(Double(text) ?? .infinity)
            default: throw ScalarError("Float cannot represent non numeric value: \(node.printed)")
            }
        })

    private static let string = ScalarCoding(
        serialize: { (value) throws(ScalarError) in
            switch value {
            case .string: return value
            case .bool(let flag): return .string(flag ? "true" : "false")
            case .int(let number): return .string(String(number))
            case .double(let number) where number.isFinite: return .string(number.description)
            default: throw ScalarError("String cannot represent value: \(value.jsonString)")
            }
        },
        parseValue: { (value) throws(ScalarError) in
            guard case .string = value else {
                throw ScalarError("String cannot represent a non string value: \(value.jsonString)")
            }
            return value
        },
        parseLiteral: { (node, _) throws(ScalarError) in
            guard case .string(let text, _) = node.kind else {
                throw ScalarError("String cannot represent a non string value: \(node.printed)")
            }
            return .string(text)
        })

    private static let boolean = ScalarCoding(
        serialize: { (value) throws(ScalarError) in
            switch value {
            case .bool: return value
            case .int(let number): return .bool(number != 0)
            case .double(let number) where number.isFinite: return .bool(number != 0)
            default: throw ScalarError("Boolean cannot represent a non boolean value: \(value.jsonString)")
            }
        },
        parseValue: { (value) throws(ScalarError) in
            guard case .bool = value else {
                throw ScalarError("Boolean cannot represent a non boolean value: \(value.jsonString)")
            }
            return value
        },
        parseLiteral: { (node, _) throws(ScalarError) in
            guard case .boolean(let flag) = node.kind else {
                throw ScalarError("Boolean cannot represent a non boolean value: \(node.printed)")
            }
            return .bool(flag)
        })

    private static func identifier(_ value: GraphQLValue) throws(ScalarError) -> GraphQLValue {
        if case .string = value { return value }
        guard let number = whole(value) else { throw ScalarError("ID cannot represent value: \(value.jsonString)") }
        return .string(String(number))
    }

    private static let id = ScalarCoding(
        serialize: { (value) throws(ScalarError) in try identifier(value) },
        parseValue: { (value) throws(ScalarError) in try identifier(value) },
        parseLiteral: { (node, _) throws(ScalarError) in
            switch node.kind {
            case .string(let text, _), .int(let text): return .string(text)
            default: throw ScalarError("ID cannot represent a non-string and non-integer value: \(node.printed)")
            }
        })
}
