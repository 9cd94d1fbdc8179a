import GraphQL

/// Resolvers whose values follow from type, field, path and arguments alone; scripts/graphql-reference has the same.
enum Resolving {
    struct Failed: Error, CustomStringConvertible {
        let description = "failed"
    }

    /// An engine for a schema; with `suspending`, half of the fields suspend.
    static func engine(_ schema: Schema, suspending: Bool) throws -> ExecutableSchema<Void> {
        var binding = SchemaBinding<Void>()
        for type in schema.types where type.kind == .object && !type.name.hasPrefix("__") {
            for field in type.fields {
                if type === schema.subscription {
                    binding.subscription(field.name) { _ in AsyncStream<GraphQLValue> { $0.finish() } }
                } else if suspending, mix("\(type.name).\(field.name)") % 2 == 0 {
                    binding.field(type.name, field.name) { (call: FieldCall<Void>) async throws -> ResolvedValue in
                        await Task.yield()
                        return try resolve(call, schema)
                    }
                } else {
                    binding.field(type.name, field.name) { (call: FieldCall<Void>) throws -> ResolvedValue in
                        try resolve(call, schema)
                    }
                }
            }
        }
        return try ExecutableSchema(schema, binding, limits: .unlimited)
    }

    private static func resolve(_ call: FieldCall<Void>, _ schema: Schema) throws -> ResolvedValue {
        let path = call.path.map(\.description).joined(separator: "/")
        let arguments = GraphQLValue.object(call.arguments).jsonString
        let seed = mix("\(call.parentType.name).\(call.field.name) \(path) \(arguments)")
        if seed % 100 < 5 { throw Failed() }
        return .value(make(call.field.type, seed, schema))
    }

    static func mix(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func step(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return value ^ (value >> 27)
    }

    private static func make(_ type: TypeReference, _ seed: UInt64, _ schema: Schema) -> GraphQLValue {
        if case .nonNull(let inner) = type { return make(inner, seed, schema) }
        let seed = step(seed)
        let choice = seed % 100
        let number = Int((seed >> 8) % 1000)
        if choice < 5 { return .null }
        switch type {
        case .nonNull(let inner): return make(inner, seed, schema)
        case .list(let inner):
            if choice < 7 { return 7 }
            return .list((0..<(number % 4)).map { make(inner, seed &+ UInt64($0) &+ 1, schema) })
        case .named(let index): return value(of: schema.types[index], choice, number, schema)
        }
    }

    private static func value(
        of type: NamedType, _ choice: UInt64, _ number: Int, _ schema: Schema
    ) -> GraphQLValue {
        let isWrong = choice < 8
        switch type.kind {
        case .enumeration: return isWrong ? "NOPE" : .string(type.values[number % type.values.count].name)
        case .scalar:
            switch type.name {
            case "Int": return isWrong ? "x" : .int(number)
            case "Float": return isWrong ? "x" : .double(Double(number) / 4)
            case "Boolean": return isWrong ? "x" : .bool(number % 2 == 0)
            case "String", "ID": return isWrong ? ["a": 1] : .string("s\(number)")
            default: return ["k": .int(number)]
            }
        case .interface, .union:
            let names = schema.possibleTypes(of: type).map(\.name).sorted()
            if isWrong || names.isEmpty { return ["__typename": "Nope"] }
            return ["__typename": .string(names[number % names.count])]
        default: return ["__typename": .string(type.name)]
        }
    }
}
