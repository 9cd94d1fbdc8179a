/// What became of a field or value: the value and the errors below it, or the error that its parent must take.
///
/// Errors travel with values rather than into shared state, so that their order is that of the fields however the tasks
/// ran.
struct Completion: Sendable {
    var value: GraphQLValue
    var errors: [GraphQLError] = []
    var failure: GraphQLError?

    static func failed(_ failure: GraphQLError, _ errors: [GraphQLError] = []) -> Completion {
        Completion(value: .null, errors: errors, failure: failure)
    }

    /// Puts values together in order. What comes after the first failure does not count, as if fields had been executed
    /// one after the other.
    static func joined(_ parts: [Completion], _ value: ([GraphQLValue]) -> GraphQLValue) -> Completion {
        var errors: [GraphQLError] = []
        for part in parts {
            errors += part.errors
            if let failure = part.failure { return .failed(failure, errors) }
        }
        return Completion(value: value(parts.map(\.value)), errors: errors)
    }
}

/// Execution of selections in which fields suspend: those run as child tasks, side by side.
extension Execution {
    func executeSuspending(
        _ plan: SelectionPlan<Context>, _ source: ResolvedValue, _ path: ResponsePath?
    ) async -> Completion {
        let fields = plan.fields
        let parts = await concurrently(fields.count, suspends: { fields[$0].isSuspending }) { index in
            await self.execute(fields[index], source, path)
        } immediate: { index in
            self.executeImmediate(fields[index], source, path)
        }
        return .joined(parts) { values in
            var object = GraphQLObject(capacity: values.count)
            for (field, value) in zip(fields, values) { object.append(field.key, value) }
            return .object(object)
        }
    }

    /// Mutations: one field after the other, none after a failure.
    func executeSerially(_ plan: SelectionPlan<Context>, _ source: ResolvedValue) async -> Completion {
        var parts: [Completion] = []
        for field in plan.fields {
            let part =
                field.isSuspending
                ? await execute(field, source, nil) : executeImmediate(field, source, nil)
            parts.append(part)
            if part.failure != nil { break }
        }
        return .joined(parts) { values in
            .object(GraphQLObject(uniqueKeysWithValues: zip(plan.fields.map(\.key), values).map { ($0, $1) }))
        }
    }

    private func executeImmediate(
        _ field: PlannedField<Context>, _ source: ResolvedValue, _ path: ResponsePath?
    ) -> Completion {
        var errors: [GraphQLError] = []
        do throws(GraphQLError) {
            let value = try execute(field, source, path, &errors)
            return Completion(value: value, errors: errors)
        } catch {
            return .failed(error, errors)
        }
    }

    private func execute(
        _ field: PlannedField<Context>, _ source: ResolvedValue, _ parent: ResponsePath?
    ) async -> Completion {
        let path = ResponsePath(parent, .key(field.key))
        let value: ResolvedValue
        do {
            switch field.resolver {
            case .member: value = source.member(field.field.name)
            case .property(let resolve): value = try resolve(source)
            case .immediate(let resolve): value = try resolve(source, call(field, path))
            case .suspending(let resolve): value = try await resolve(source, call(field, path))
            case .introspection: value = try introspect(source, call(field, path))
            }
        } catch {
            return settle(error, [], field.field.type, field, path)
        }
        return await complete(value, field.field.type, field, path)
    }

    /// A value that resolved, or the event of a subscription, made into what the response holds.
    func complete(
        _ value: ResolvedValue, _ type: TypeReference, _ field: PlannedField<Context>, _ path: ResponsePath
    ) async -> Completion {
        do {
            switch type {
            case .nonNull(let inner):
                let completion = await completeNullable(value, inner, field, path)
                if completion.failure == nil, completion.value.isNull { throw nullError(field) }
                return completion
            default:
                let completion = await completeNullable(value, type, field, path)
                guard let failure = completion.failure else { return completion }
                return settle(failure, completion.errors, type, field, path)
            }
        } catch {
            return settle(error, [], type, field, path)
        }
    }

    /// An error where a value should be: the error of this place when it may be null, else that of its parent.
    private func settle(
        _ error: any Error, _ errors: [GraphQLError], _ type: TypeReference, _ field: PlannedField<Context>,
        _ path: ResponsePath
    ) -> Completion {
        let error = located(error, field, path)
        return type.isNonNull ? .failed(error, errors) : Completion(value: .null, errors: errors + [error])
    }

    private func completeNullable(
        _ value: ResolvedValue, _ type: TypeReference, _ field: PlannedField<Context>, _ path: ResponsePath
    ) async -> Completion {
        guard !value.isNull else { return Completion(value: .null) }
        do {
            switch type {
            case .nonNull(let inner): return await completeNullable(value, inner, field, path)
            case .list(let inner):
                guard let items = value.items else { throw listError(field) }
                let suspends = field.hasSuspendingSelection
                let parts = await concurrently(items.count, suspends: { _ in suspends }) { index in
                    await self.complete(items[index], inner, field, ResponsePath(path, .index(index)))
                } immediate: { index in
                    self.completeImmediate(items[index], inner, field, ResponsePath(path, .index(index)))
                }
                return .joined(parts) { .list($0) }
            case .named(let index):
                var type = schema.types[index]
                if type.isLeaf { return Completion(value: try leaf(value, type)) }
                if type.isAbstract { type = try objectType(of: value, type) }
                let plan = try subplan(field, type)
                if plan.isSuspending { return await executeSuspending(plan, value, path) }
                var errors: [GraphQLError] = []
                do throws(GraphQLError) {
                    return Completion(value: try execute(plan, value, path, &errors), errors: errors)
                } catch {
                    return .failed(error, errors)
                }
            }
        } catch {
            return .failed(located(error, field, path))
        }
    }

    private func completeImmediate(
        _ value: ResolvedValue, _ type: TypeReference, _ field: PlannedField<Context>, _ path: ResponsePath
    ) -> Completion {
        var errors: [GraphQLError] = []
        do {
            return Completion(value: try complete(value, type, field, path, &errors), errors: errors)
        } catch {
            return settle(error, errors, type, field, path)
        }
    }

    /// Runs those parts that suspend as child tasks (one alone in this task), the others before them.
    private func concurrently(
        _ count: Int, suspends: (Int) -> Bool, suspending: @escaping @Sendable (Int) async -> Completion,
        immediate: (Int) -> Completion
    ) async -> [Completion] {
        let indices = (0..<count).filter(suspends)
        if indices.count <= 1 {
            var parts: [Completion] = []
            parts.reserveCapacity(count)
            for index in 0..<count {
                parts.append(index == indices.first ? await suspending(index) : immediate(index))
            }
            return parts
        }
        var parts = [Completion](repeating: Completion(value: .null), count: count)
        for index in 0..<count where !suspends(index) { parts[index] = immediate(index) }
        let scope = BatchScope.current
        let group = scope?.fork(indices.count)
        await withTaskGroup(of: (Int, Completion).self) { tasks in
            for index in indices {
                tasks.addTask {
                    let part = await suspending(index)
                    scope?.finish(group)
                    return (index, part)
                }
            }
            for await (index, part) in tasks { parts[index] = part }
        }
        return parts
    }
}
