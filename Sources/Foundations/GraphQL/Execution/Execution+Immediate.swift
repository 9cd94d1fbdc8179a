/// Execution of selections in which nothing suspends: plain recursion.
extension Execution {
    func execute(
        _ plan: SelectionPlan<Context>, _ source: ResolvedValue, _ path: ResponsePath?,
        _ errors: inout [GraphQLError]
    ) throws(GraphQLError) -> GraphQLValue {
        var object = GraphQLObject(capacity: plan.fields.count)
        for field in plan.fields { object.append(field.key, try execute(field, source, path, &errors)) }
        return .object(object)
    }

    /// Throws when the field has no value and must have one; its parent is then null.
    func execute(
        _ field: PlannedField<Context>, _ source: ResolvedValue, _ parent: ResponsePath?,
        _ errors: inout [GraphQLError]
    ) throws(GraphQLError) -> GraphQLValue {
        // Most fields are leaves of their parent value, which need their path only when something is wrong with them.
        if let leafType = field.leafType, let value = property(field, of: source) {
            if value.isNull {
                if !field.field.type.isNonNull { return .null }
            } else if let written = try? leaf(value, leafType) {
                return written
            }
        }
        let path = ResponsePath(parent, .key(field.key))
        do {
            let value: ResolvedValue
            switch field.resolver {
            case .member: value = source.member(field.field.name)
            case .property(let resolve): value = try resolve(source)
            case .immediate(let resolve): value = try resolve(source, call(field, path))
            case .introspection: value = try introspect(source, call(field, path))
            case .suspending: throw GraphQLError("The field \(field.field.name) suspends where nothing may.")
            }
            return try complete(value, field.field.type, field, path, &errors)
        } catch {
            let error = located(error, field, path)
            if field.field.type.isNonNull { throw error }
            errors.append(error)
            return .null
        }
    }

    /// The value of a field that depends on its parent alone; nil for others, and where it throws.
    private func property(_ field: PlannedField<Context>, of source: ResolvedValue) -> ResolvedValue? {
        switch field.resolver {
        case .member: source.member(field.field.name)
        case .property(let resolve): try? resolve(source)
        default: nil
        }
    }

    func complete(
        _ value: ResolvedValue, _ type: TypeReference, _ field: PlannedField<Context>, _ path: ResponsePath,
        _ errors: inout [GraphQLError]
    ) throws -> GraphQLValue {
        switch type {
        case .nonNull(let inner):
            let completed = try complete(value, inner, field, path, &errors)
            guard !completed.isNull else { throw nullError(field) }
            return completed
        case _ where value.isNull: return .null
        case .list(let inner): return try completeList(value, inner, field, path, &errors)
        case .named(let index):
            var type = schema.types[index]
            if type.isLeaf { return try leaf(value, type) }
            if type.isAbstract { type = try objectType(of: value, type) }
            return try execute(subplan(field, type), value, path, &errors)
        }
    }

    private func completeList(
        _ value: ResolvedValue, _ type: TypeReference, _ field: PlannedField<Context>, _ path: ResponsePath,
        _ errors: inout [GraphQLError]
    ) throws -> GraphQLValue {
        guard let items = value.items else { throw listError(field) }
        var values: [GraphQLValue] = []
        values.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            let path = ResponsePath(path, .index(index))
            do {
                values.append(try complete(item, type, field, path, &errors))
            } catch {
                let error = located(error, field, path)
                if type.isNonNull { throw error }
                errors.append(error)
                values.append(.null)
            }
        }
        return .list(values)
    }
}

extension ResolvedValue {
    /// The elements of a list.
    var items: [ResolvedValue]? {
        switch self {
        case .list(let items): items
        case .value(.list(let items)): items.map { .value($0) }
        default: nil
        }
    }
}
