/// What the fields of introspection are resolved from. Section 4.2 of the specification.
enum IntrospectionNode: Sendable {
    case schema
    case type(TypeReference)
    case field(FieldType)
    case input(InputValueType)
    case enumValue(EnumValueType)
    case directive(DirectiveType)
}

extension Execution {
    /// A field of introspection, or one of the meta fields.
    func introspect(_ source: ResolvedValue, _ call: FieldCall<Context>) throws -> ResolvedValue {
        let name = call.field.name
        if call.field.position < 0 { return try metaField(name, call) }
        guard case .object(let object) = source, let node = object as? IntrospectionNode else {
            throw GraphQLError("\(call.parentType.name).\(name) has no value to be resolved from.")
        }
        let all = call.arguments["includeDeprecated"] == .bool(true)
        switch node {
        case .schema: return field(name)
        case .type(let reference): return field(name, of: reference, includingDeprecated: all)
        case .field(let field):
            switch name {
            case "args": return inputs(field.arguments, all)
            case "type": return type(field.type)
            default: return common(name, field.name, field.description, field.deprecationReason)
            }
        case .input(let input):
            switch name {
            case "type": return type(input.type)
            case "defaultValue":
                let value = input.defaultValue.flatMap { schema.literal(of: $0, input.type) }
                return (value?.printed).resolved
            default: return common(name, input.name, input.description, input.deprecationReason)
            }
        case .enumValue(let value): return common(name, value.name, value.description, value.deprecationReason)
        case .directive(let directive):
            switch name {
            case "isRepeatable": return directive.isRepeatable.resolved
            case "locations": return directive.locations.map(\.rawValue).resolved
            case "args": return inputs(directive.arguments, all)
            default: return common(name, directive.name, directive.description, nil)
            }
        }
    }

    private func metaField(_ name: String, _ call: FieldCall<Context>) throws -> ResolvedValue {
        switch name {
        case "__typename": return call.parentType.name.resolved
        case "__schema": return .object(IntrospectionNode.schema)
        default:
            guard case .string(let wanted)? = call.arguments["name"], let found = schema.type(wanted) else {
                return .null
            }
            return type(.named(found.index))
        }
    }

    private func common(_ name: String, _ own: String, _ text: String?, _ reason: String?) -> ResolvedValue {
        switch name {
        case "name": own.resolved
        case "description": text.resolved
        case "isDeprecated": (reason != nil).resolved
        case "deprecationReason": reason.resolved
        default: .null
        }
    }

    private func type(_ reference: TypeReference) -> ResolvedValue { .object(IntrospectionNode.type(reference)) }

    private func types(_ types: [NamedType]) -> ResolvedValue { .list(types.map { type(.named($0.index)) }) }

    private func inputs(_ inputs: [InputValueType], _ all: Bool) -> ResolvedValue {
        .list(
            inputs.filter { all || $0.deprecationReason == nil }.map { .object(IntrospectionNode.input($0)) })
    }

    private func field(_ name: String) -> ResolvedValue {
        func root(_ type: NamedType?) -> ResolvedValue { type.map { self.type(.named($0.index)) } ?? .null }
        return switch name {
        case "description": schema.description.resolved
        case "types": types(schema.types)
        case "queryType": root(schema.query)
        case "mutationType": root(schema.mutation)
        case "subscriptionType": root(schema.subscription)
        case "directives": .list(schema.directives.map { .object(IntrospectionNode.directive($0)) })
        default: .null
        }
    }

    private func field(
        _ name: String, of reference: TypeReference, includingDeprecated all: Bool
    ) -> ResolvedValue {
        guard case .named(let index) = reference else { return wrapper(name, reference) }
        let type = schema.types[index]
        let hasFields = type.kind == .object || type.kind == .interface
        switch name {
        case "kind": return type.kind.rawValue.resolved
        case "name": return type.name.resolved
        case "description": return type.description.resolved
        case "specifiedByURL": return type.specifiedByURL.resolved
        case "fields" where hasFields:
            return .list(
                type.fields.filter { all || $0.deprecationReason == nil }.map { .object(IntrospectionNode.field($0)) })
        case "interfaces" where hasFields: return types(type.interfaces.map { schema.types[$0] })
        case "possibleTypes" where type.isAbstract: return types(schema.possibleTypes(of: type))
        case "enumValues" where type.kind == .enumeration:
            return .list(
                type.values.filter { all || $0.deprecationReason == nil }
                    .map { .object(IntrospectionNode.enumValue($0)) })
        case "inputFields" where type.kind == .inputObject: return inputs(type.inputFields, all)
        default: return .null
        }
    }

    private func wrapper(_ name: String, _ reference: TypeReference) -> ResolvedValue {
        switch (name, reference) {
        case ("kind", .list): "LIST".resolved
        case ("kind", _): "NON_NULL".resolved
        case ("ofType", .list(let inner)), ("ofType", .nonNull(let inner)): type(inner)
        default: .null
        }
    }
}

extension GraphQLRequest {
    /// The query that tools send to learn a schema.
    public static let introspection = GraphQLRequest(
        query: """
            query IntrospectionQuery {
              __schema {
                description
                queryType { name }
                mutationType { name }
                subscriptionType { name }
                types { ...FullType }
                directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
              }
            }
            fragment FullType on __Type {
              kind name description specifiedByURL
              fields(includeDeprecated: true) {
                name description
                args(includeDeprecated: true) { ...InputValue }
                type { ...TypeRef }
                isDeprecated deprecationReason
              }
              inputFields(includeDeprecated: true) { ...InputValue }
              interfaces { ...TypeRef }
              enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
              possibleTypes { ...TypeRef }
            }
            fragment InputValue on __InputValue {
              name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
            }
            fragment TypeRef on __Type {
              kind name
              ofType { kind name ofType { kind name ofType { kind name ofType { kind name
                ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }
            }
            """, operationName: "IntrospectionQuery")
}
