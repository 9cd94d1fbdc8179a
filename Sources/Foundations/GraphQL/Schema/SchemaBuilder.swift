/// Builds the types of a schema out of its definition, extensions merged. Rules have been checked before, or the result
/// is only used to find out what is wrong with it.
struct SchemaBuilder {
    private let document: Document
    private let scalars: [String: ScalarCoding]
    /// Coerced defaults by the offset of their definition and whether it is a built-in one.
    private let defaults: [DefaultKey: GraphQLValue]
    private var definitions: [TypeDefinition] = []
    private var extensions: [String: [TypeDefinition]] = [:]
    private var indices: [String: Int] = [:]

    struct DefaultKey: Hashable {
        let isBuiltIn: Bool
        let offset: Int
    }

    private init(document: Document, scalars: [String: ScalarCoding], defaults: [DefaultKey: GraphQLValue]) {
        self.document = document
        self.scalars = scalars
        self.defaults = defaults
    }

    /// The schema; `problems` gets the defaults that cannot be coerced.
    static func build(
        _ document: Document, scalars: [String: ScalarCoding], problems: inout [GraphQLError]
    ) -> Schema {
        var first = SchemaBuilder(document: document, scalars: scalars, defaults: [:])
        var coercion = DefaultCoercion(schema: first.schema())
        let defaults = coercion.coerceAll()
        problems += coercion.errors
        var second = SchemaBuilder(document: document, scalars: scalars, defaults: defaults)
        return second.schema()
    }

    private mutating func schema() -> Schema {
        collect()
        var types: [NamedType] = []
        for (index, definition) in definitions.enumerated() {
            types.append(type(definition, index: index, isBuiltIn: false))
        }
        let builtIn = BuiltInDefinitions.document.definitions.compactMap {
            if case .type(let type) = $0 { type } else { nil }
        }
        var meta: [FieldType] = []
        for name in usedScalars() {
            types.append(
                NamedType(
                    name: name, description: nil, kind: .scalar, index: types.count,
                    scalar: scalars[name] ?? ScalarCoding.builtIn[name]))
        }
        for definition in builtIn where indices[definition.name.value] == types.count || isMeta(definition) {
            let type = type(definition, index: types.count, isBuiltIn: true)
            if isMeta(definition) { meta = type.fields } else { types.append(type) }
        }
        return Schema(
            Schema.Parts(
                description: schemaDescription, types: types, directives: directives(), roots: roots(),
                document: document, typenameField: meta[0], schemaField: meta[1], typeField: meta[2]))
    }

    private func isMeta(_ definition: TypeDefinition) -> Bool { definition.name.value == "__MetaFields" }

    private mutating func collect() {
        for case .type(let type) in document.definitions {
            if type.isExtension {
                extensions[type.name.value, default: []].append(type)
            } else if indices[type.name.value] == nil {
                indices[type.name.value] = definitions.count
                definitions.append(type)
            }
        }
        var next = definitions.count
        for name in usedScalars() {
            indices[name] = next
            next += 1
        }
        for case .type(let type) in BuiltInDefinitions.document.definitions
        where !isMeta(type) && indices[type.name.value] == nil {
            indices[type.name.value] = next
            next += 1
        }
    }

    /// The built-in scalars that the definition names; `String` and `Boolean` are part of introspection.
    private func usedScalars() -> [String] {
        var used: Set = ["String", "Boolean"]
        func note(_ inputs: [InputValueDefinition]) { used.formUnion(inputs.map(\.type.name.value)) }
        for definition in document.definitions {
            switch definition {
            case .type(let type):
                note(type.inputFields)
                used.formUnion((type.interfaces + type.members).map(\.value))
                for field in type.fields {
                    used.insert(field.type.name.value)
                    note(field.arguments)
                }
            case .directive(let directive): note(directive.arguments)
            default: break
            }
        }
        let defined = Set(definitions.map(\.name.value))
        return BuiltInDefinitions.scalars.filter { used.contains($0) && !defined.contains($0) }
    }

    // MARK: Types

    private func type(_ definition: TypeDefinition, index: Int, isBuiltIn: Bool) -> NamedType {
        let name = definition.name.value
        let parts = [definition] + (isBuiltIn ? [] : (extensions[name] ?? []).filter { $0.kind == definition.kind })
        let directives = parts.flatMap(\.directives)
        return NamedType(
            name: name, description: definition.description?.value, kind: definition.kind, index: index,
            fields: parts.flatMap(\.fields).enumerated().compactMap {
                field($1, position: isMeta(definition) ? -1 : $0, isBuiltIn: isBuiltIn)
            },
            interfaces: parts.flatMap(\.interfaces).compactMap { indices[$0.value] },
            members: parts.flatMap(\.members).compactMap { indices[$0.value] },
            values: parts.flatMap(\.values).map {
                EnumValueType(
                    name: $0.name.value, description: $0.description?.value,
                    deprecationReason: deprecationReason($0.directives), definition: $0)
            },
            inputFields: inputValues(parts.flatMap(\.inputFields), isBuiltIn: isBuiltIn),
            specifiedByURL: directives.last { $0.name.value == "specifiedBy" }.flatMap { text("url", of: $0) },
            scalar: definition.kind == .scalar ? scalars[name] ?? ScalarCoding.builtIn[name] ?? .passThrough : nil,
            definitions: parts)
    }

    private func field(_ definition: FieldDefinition, position: Int, isBuiltIn: Bool) -> FieldType? {
        guard let type = reference(definition.type) else { return nil }
        return FieldType(
            name: definition.name.value, description: definition.description?.value,
            arguments: inputValues(definition.arguments, isBuiltIn: isBuiltIn), type: type,
            deprecationReason: deprecationReason(definition.directives), position: position, definition: definition)
    }

    private func inputValues(_ definitions: [InputValueDefinition], isBuiltIn: Bool) -> [InputValueType] {
        definitions.compactMap { definition in
            guard let type = reference(definition.type) else { return nil }
            return InputValueType(
                type: type, defaultValue: defaults[DefaultKey(isBuiltIn: isBuiltIn, offset: definition.offset)],
                deprecationReason: deprecationReason(definition.directives), definition: definition)
        }
    }

    private func reference(_ node: TypeNode) -> TypeReference? {
        switch node {
        case .named(let name): indices[name.value].map { .named($0) }
        case .list(let inner, _): reference(inner).map { .list($0) }
        case .nonNull(let inner): reference(inner).map { .nonNull($0) }
        }
    }

    private func deprecationReason(_ directives: [Directive]) -> String? {
        guard let directive = directives.first(where: { $0.name.value == "deprecated" }) else { return nil }
        guard directive.arguments.contains(where: { $0.name.value == "reason" }) else { return "No longer supported" }
        return text("reason", of: directive)
    }

    private func text(_ argument: String, of directive: Directive) -> String? {
        guard let value = directive.arguments.last(where: { $0.name.value == argument })?.value,
            case .string(let text, _) = value.kind
        else { return nil }
        return text
    }

    // MARK: The schema itself

    private var schemaDescription: String? {
        for case .schema(let schema) in document.definitions where !schema.isExtension {
            return schema.description?.value
        }
        return nil
    }

    private func roots() -> [OperationKind: Int] {
        var roots: [OperationKind: Int] = [:]
        var isDefined = false
        for case .schema(let schema) in document.definitions {
            isDefined = isDefined || !schema.isExtension
            for root in schema.rootTypes { roots[root.operation] = indices[root.type.value] }
        }
        guard !isDefined else { return roots }
        for (kind, name) in [(OperationKind.query, "Query"), (.mutation, "Mutation"), (.subscription, "Subscription")] {
            if let index = indices[name] { roots[kind] = index }
        }
        return roots
    }

    private func directives() -> [DirectiveType] {
        var directives: [DirectiveType] = []
        var names: Set<String> = []
        for case .directive(let definition) in document.definitions where names.insert(definition.name.value).inserted {
            directives.append(
                DirectiveType(
                    definition: definition, arguments: inputValues(definition.arguments, isBuiltIn: false),
                    isBuiltIn: false))
        }
        for definition in BuiltInDefinitions.directives where names.insert(definition.name.value).inserted {
            directives.append(
                DirectiveType(
                    definition: definition, arguments: inputValues(definition.arguments, isBuiltIn: true),
                    isBuiltIn: true))
        }
        return directives
    }
}
