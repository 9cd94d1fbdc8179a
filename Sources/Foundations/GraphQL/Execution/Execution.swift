/// One execution of one operation: everything that its fields share.
final class Execution<Context: Sendable>: Sendable {
    let engine: ExecutableSchema<Context>
    let prepared: PreparedDocument<Context>
    let operation: OperationDefinition
    let variables: GraphQLObject
    let context: Context

    var schema: Schema { engine.schema }

    init(
        engine: ExecutableSchema<Context>, prepared: PreparedDocument<Context>, operation: OperationDefinition,
        variables: GraphQLObject, context: Context
    ) {
        self.engine = engine
        self.prepared = prepared
        self.operation = operation
        self.variables = variables
        self.context = context
    }

    /// The error of a field: its nodes and path unless it has its own.
    func located(_ error: any Error, _ field: PlannedField<Context>, _ path: ResponsePath) -> GraphQLError {
        var located = engine.present(error)
        if located.path == nil { located.path = path.elements }
        if located.locations.isEmpty {
            located.locations = field.nodes.map { prepared.document.location(at: $0.offset) }
        }
        return located
    }

    func call(_ field: PlannedField<Context>, _ path: ResponsePath) throws(GraphQLError) -> FieldCall<Context> {
        let arguments =
            if let fixed = field.fixedArguments { fixed } else { try arguments(of: field.field, field.nodes[0]) }
        return FieldCall(context: context, arguments: arguments, pathNode: path, planned: field, execution: self)
    }

    func nullError(_ field: PlannedField<Context>) -> GraphQLError {
        GraphQLError("The non-nullable field \(field.parent.name).\(field.field.name) has no value.")
    }

    func listError(_ field: PlannedField<Context>) -> GraphQLError {
        GraphQLError("The field \(field.parent.name).\(field.field.name) should be a list.")
    }

    /// A scalar or enum value as the response holds it.
    func leaf(_ value: ResolvedValue, _ type: NamedType) throws -> GraphQLValue {
        guard case .value(let value) = value else {
            throw GraphQLError("\(type.name) cannot represent this value.")
        }
        if type.kind == .enumeration {
            guard case .string(let name) = value, type.value(name) != nil else {
                throw GraphQLError("The enum \(type.name) cannot represent the value \(value.jsonString).")
            }
            return value
        }
        let written = try type.scalar?.serialize(value) ?? value
        guard !written.isNull else { throw GraphQLError("\(type.name) cannot represent \(value.jsonString).") }
        return written
    }

    /// The object type of a value where an interface or union is expected. Section 6.4.3 of the specification.
    func objectType(of value: ResolvedValue, _ abstract: NamedType) throws(GraphQLError) -> NamedType {
        guard let name = engine.typeName(of: value, abstract) else {
            throw GraphQLError("It cannot be told which object type a value of \(abstract.name) is.")
        }
        guard let type = schema.type(name), type.kind == .object, schema.isSubtype(type, of: abstract) else {
            throw GraphQLError("A value of \(abstract.name) says that it is of type \(name), which it cannot be.")
        }
        return type
    }
}
