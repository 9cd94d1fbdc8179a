import Synchronization

/// The fields to execute of one object type, in the order of the response.
final class SelectionPlan<Context: Sendable>: Sendable {
    let fields: [PlannedField<Context>]
    /// Whether any field, or one below, suspends.
    let isSuspending: Bool

    init(fields: [PlannedField<Context>]) {
        self.fields = fields
        isSuspending = fields.contains { $0.isSuspending }
    }
}

/// One field to execute: its nodes, what the schema says of it, how it is resolved.
final class PlannedField<Context: Sendable>: Sendable {
    let key: String
    let nodes: [Field]
    let parent: NamedType
    let field: FieldType
    let resolver: FieldResolver<Context>
    /// The arguments when no variable takes part in them.
    let fixedArguments: GraphQLObject?
    /// Whether something is selected whose fields suspend.
    let hasSuspendingSelection: Bool
    /// The type of the value, when it is a scalar or enum and no list.
    let leafType: NamedType?
    private let subplans: Mutex<[(type: Int, plan: SelectionPlan<Context>)]> = Mutex([])

    var isSuspending: Bool { hasSuspendingSelection || resolver.isSuspending }

    init(
        key: String, nodes: [Field], parent: NamedType, field: FieldType, resolver: FieldResolver<Context>,
        fixedArguments: GraphQLObject?, hasSuspendingSelection: Bool, leafType: NamedType?
    ) {
        self.key = key
        self.nodes = nodes
        self.parent = parent
        self.field = field
        self.resolver = resolver
        self.fixedArguments = fixedArguments
        self.hasSuspendingSelection = hasSuspendingSelection
        self.leafType = leafType
    }

    /// The plan of what is selected of a value of that type, made once.
    func subplan(
        for type: NamedType, make: () throws(GraphQLError) -> SelectionPlan<Context>
    ) throws(GraphQLError) -> SelectionPlan<Context> {
        let known = subplans.withLock { plans in plans.first { $0.type == type.index }?.plan }
        if let known { return known }
        let plan = try make()
        subplans.withLock { $0.append((type.index, plan)) }
        return plan
    }
}

extension Execution {
    func rootPlan(_ root: NamedType) throws(GraphQLError) -> SelectionPlan<Context> {
        try prepared.plan(for: operation) { () throws(GraphQLError) in
            var collector = collector()
            return try plan(collector.collect(operation.selectionSet, for: root), of: root)
        }
    }

    func subplan(_ field: PlannedField<Context>, _ type: NamedType) throws(GraphQLError) -> SelectionPlan<Context> {
        try field.subplan(for: type) { () throws(GraphQLError) in
            var collector = collector()
            return try plan(collector.collect(field.nodes, for: type), of: type)
        }
    }

    private func collector() -> FieldCollector {
        FieldCollector(
            schema: schema, fragments: prepared.fragments, variables: variables, document: prepared.document)
    }

    private func plan(
        _ groups: [FieldCollector.Group], of type: NamedType
    ) throws(GraphQLError) -> SelectionPlan<Context> {
        var fields: [PlannedField<Context>] = []
        fields.reserveCapacity(groups.count)
        for group in groups {
            guard let field = schema.field(group.nodes[0].name.value, of: type) else { continue }
            let isFixed = !group.nodes[0].arguments.contains { $0.value.hasVariables }
            fields.append(
                PlannedField(
                    key: group.key, nodes: group.nodes, parent: type, field: field,
                    resolver: engine.resolver(field, of: type),
                    fixedArguments: isFixed ? try? arguments(of: field, group.nodes[0]) : nil,
                    hasSuspendingSelection: group.nodes.contains { node in
                        node.selectionSet.map { prepared.suspendingSets.contains($0.offset) } ?? false
                    }, leafType: leafType(field.type)))
        }
        return SelectionPlan(fields: fields)
    }

    private func leafType(_ type: TypeReference) -> NamedType? {
        guard case .named(let index) = type.nullable, schema.types[index].isLeaf else { return nil }
        return schema.types[index]
    }

    /// The arguments of a field, coerced. Section 6.4.1 of the specification.
    func arguments(of field: FieldType, _ node: Field) throws(GraphQLError) -> GraphQLObject {
        guard !field.arguments.isEmpty else { return [:] }
        var arguments = GraphQLObject(capacity: field.arguments.count)
        for definition in field.arguments {
            let argument = node.arguments.last { $0.name.value == definition.name }
            let isMissing = argument?.value.variable.map { variables[$0] == nil } ?? false
            guard let argument, !isMissing else {
                if let value = definition.defaultValue {
                    arguments.append(definition.name, value)
                } else if definition.type.isNonNull {
                    throw failure(
                        "The argument \"\(definition.name)\" of type \(schema.name(of: definition.type)) has no value.",
                        argument?.value.offset ?? node.offset)
                }
                continue
            }
            guard let value = schema.coerce(literal: argument.value, to: definition.type, variables: variables) else {
                throw failure(
                    "The argument \"\(definition.name)\" of type \(schema.name(of: definition.type)) has the invalid"
                        + " value \(argument.value.printed).", argument.value.offset)
            }
            arguments.append(definition.name, value)
        }
        return arguments
    }

    private func failure(_ message: String, _ offset: Int) -> GraphQLError {
        GraphQLError(message, locations: [prepared.document.location(at: offset)])
    }
}
