import DocumentStore
import GraphQL

/// Environments.
enum EnvironmentBindings {
    private struct One: Codable, Sendable { var environmentID: String }
    private struct Creation: Codable, Sendable { var request: CreateEnvironmentRequest? }
    private struct Change: Codable, Sendable { var request: UpdateEnvironmentRequest? }
    private struct List: Codable, Sendable { var request: ListEnvironmentRequest? }

    private struct Environments: GraphQLOutput { var page: Page<Environment> }

    static func bind(_ binding: inout CenterBinding) {
        let missing = CenterError.invalid("request is missing")
        binding.user(.getEnvironment, One.self) { call in
            try await call.center.environments.environment(call.arguments.environmentID, in: call.projectID)
        }
        binding.user(.listEnvironments, List.self) { call in
            Environments(page: try await call.center.environments.page(of: call.projectID, call.arguments.request))
        }
        binding.user(.createEnvironment, Creation.self) { call in
            guard let request = call.arguments.request else { throw missing }
            return try await call.center.environments.create(request, in: call.projectID, by: call.user)
        }
        binding.user(.updateEnvironment, Change.self) { call in
            guard let request = call.arguments.request else { throw missing }
            try await call.center.environments.update(request, in: call.projectID, by: call.user)
            return "environment updated successfully"
        }
        binding.user(.deleteEnvironment, One.self) { call in
            try await call.center.environments.delete(
                call.arguments.environmentID, in: call.projectID, by: call.user)
            return "successfully deleted environment"
        }
        bindTypes(&binding)
    }

    private static func bindTypes(_ binding: inout CenterBinding) {
        binding.fields(
            "ListEnvironmentResponse", of: Environments.self,
            [("totalNoOfEnvironments", { $0.page.total }), ("environments", { $0.page.items })])
        binding.fields(
            "Environment", of: Environment.self,
            [
                ("projectID", { $0.projectID }), ("environmentID", { $0.id }), ("name", { $0.name }),
                ("description", { $0.description }), ("tags", { $0.tags }), ("type", { $0.type }),
                ("isRemoved", { $0.isRemoved }),
            ])
        binding.audit("Environment", of: Environment.self)
        // From the infrastructures, so that both never disagree.
        binding.field("Environment", "infraIDs", of: Environment.self) { environment, call async throws in
            let key = EnvironmentKey(projectID: environment.projectID, id: environment.id)
            return try await call.context.loaders.environmentInfrastructures.load(key) ?? []
        }
    }
}

extension Environment: GraphQLOutput {}
