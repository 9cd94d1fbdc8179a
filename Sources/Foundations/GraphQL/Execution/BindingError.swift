/// Why a binding does not fit its schema; the start of a server fails with it.
public struct BindingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence a problem.
    public let problems: [String]

    /// One problem a line.
    public var description: String { problems.joined(separator: "\n") }
}

extension SchemaBinding {
    /// What is bound but not in the schema, and what is in the schema but not bound.
    func problems(with schema: Schema) -> [String] {
        var problems: [String] = []
        for coordinate in Set(resolvers.keys).union(costs.keys) {
            if schema.type(coordinate.type)?.field(coordinate.field) == nil {
                problems.append("\(coordinate.type).\(coordinate.field) is bound, but not in the schema.")
            }
        }
        for name in Set(dataTypes.keys).union(swiftTypes.values) where schema.type(name)?.kind != .object {
            problems.append("\(name) is bound, but no object type of the schema.")
        }
        for name in typeResolvers.keys where schema.type(name)?.isAbstract != true {
            problems.append("\(name) has a type resolver, but is no interface or union of the schema.")
        }
        for name in sources.keys where schema.subscription?.field(name) == nil {
            problems.append("The subscription \(name) is bound, but not in the schema.")
        }
        for type in schema.types where type.kind == .object && !BuiltInDefinitions.typeNames.contains(type.name) {
            for field in type.fields where !isBound(field, of: type, in: schema) {
                problems.append("\(type.name).\(field.name) has no resolver.")
            }
        }
        return problems.sorted()
    }

    private func isBound(_ field: FieldType, of type: NamedType, in schema: Schema) -> Bool {
        if type === schema.subscription { return sources[field.name] != nil }
        if resolvers[Coordinate(type: type.name, field: field.name)] != nil { return true }
        guard let keys = dataTypes[type.name] else { return false }
        return keys?.contains(field.name) ?? true
    }
}
