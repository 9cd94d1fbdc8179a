extension Execution {
    /// Executes a query or mutation. Section 6.2 of the specification.
    func run() async -> GraphQLResponse {
        guard let root = schema.root(operation.kind) else { return noRoot() }
        let plan: SelectionPlan<Context>
        do throws(GraphQLError) {
            plan = try rootPlan(root)
        } catch {
            return GraphQLResponse(data: .null, errors: [error])
        }
        if !plan.isSuspending {
            var errors: [GraphQLError] = []
            do throws(GraphQLError) {
                let data = try execute(plan, .null, nil, &errors)
                return GraphQLResponse(data: data, errors: errors)
            } catch {
                return GraphQLResponse(data: .null, errors: errors + [error])
            }
        }
        let completion = await BatchScope.$current.withValue(BatchScope()) {
            operation.kind == .mutation
                ? await executeSerially(plan, .null) : await executeSuspending(plan, .null, nil)
        }
        return response(completion)
    }

    func noRoot() -> GraphQLResponse {
        GraphQLResponse(
            data: nil,
            errors: [
                GraphQLError(
                    "The schema has no \(operation.kind.rawValue) operations.", code: .operationResolution,
                    locations: [prepared.document.location(at: operation.offset)])
            ])
    }

    func response(_ completion: Completion) -> GraphQLResponse {
        GraphQLResponse(
            data: completion.failure == nil ? completion.value : .null,
            errors: completion.errors + [completion.failure].compactMap { $0 })
    }
}
