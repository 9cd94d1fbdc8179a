/// Coerces the default values of a schema that has none yet. Defaults of input objects take up the defaults of the
/// fields that they leave out, which may not go round in circles.
struct DefaultCoercion {
    private let schema: Schema
    private var known: [SchemaBuilder.DefaultKey: GraphQLValue] = [:]
    private var active: Set<SchemaBuilder.DefaultKey> = []
    private(set) var errors: [GraphQLError] = []

    init(schema: Schema) { self.schema = schema }

    mutating func coerceAll() -> [SchemaBuilder.DefaultKey: GraphQLValue] {
        for type in schema.types {
            let isBuiltIn = BuiltInDefinitions.typeNames.contains(type.name)
            for input in type.inputFields { coerce(input, isBuiltIn: isBuiltIn) }
            for field in type.fields {
                for argument in field.arguments { coerce(argument, isBuiltIn: isBuiltIn) }
            }
        }
        for argument in schema.typeField.arguments { coerce(argument, isBuiltIn: true) }
        for directive in schema.directives {
            for argument in directive.arguments { coerce(argument, isBuiltIn: directive.isBuiltIn) }
        }
        return known
    }

    private mutating func coerce(_ input: InputValueType, isBuiltIn: Bool) {
        guard let node = input.definition.defaultValue else { return }
        let key = SchemaBuilder.DefaultKey(isBuiltIn: isBuiltIn, offset: input.definition.offset)
        guard known[key] == nil, schema.types[input.type.index].isInput else { return }
        guard active.insert(key).inserted else {
            errors.append(failure("The default value of \(input.name) contains itself.", node))
            return
        }
        defer { active.remove(key) }
        prepare(node, input.type)
        let value = schema.coerce(literal: node, to: input.type) { known[Self.key($0)] }
        if let value {
            known[key] = value
        } else if errors.isEmpty {
            errors.append(
                failure("The default value of \(input.name) is not of type \(schema.name(of: input.type)).", node))
        }
    }

    private static func key(_ input: InputValueType) -> SchemaBuilder.DefaultKey {
        SchemaBuilder.DefaultKey(isBuiltIn: false, offset: input.definition.offset)
    }

    /// Coerces first what the literal will take up.
    private mutating func prepare(_ node: ValueNode, _ type: TypeReference) {
        switch (type, node.kind) {
        case (.nonNull(let inner), _): prepare(node, inner)
        case (.list(let inner), .list(let items)): for item in items { prepare(item, inner) }
        case (.list(let inner), _): prepare(node, inner)
        case (.named(let index), .object(let fields)):
            for input in schema.types[index].inputFields {
                if let field = fields.last(where: { $0.name.value == input.name }) {
                    prepare(field.value, input.type)
                } else {
                    coerce(input, isBuiltIn: false)
                }
            }
        default: break
        }
    }

    private func failure(_ message: String, _ node: ValueNode) -> GraphQLError {
        GraphQLError(message, locations: [schema.document.location(at: node.offset)], rule: .valuesOfCorrectType)
    }
}
