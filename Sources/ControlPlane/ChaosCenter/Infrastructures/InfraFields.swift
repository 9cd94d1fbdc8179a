import Authentication
import GraphQL

extension ChaosInfrastructure: GraphQLOutput {}

/// The type `Infra`.
enum InfraFields {
    static func bind(_ binding: inout CenterBinding) {
        binding.audit("Infra", of: ChaosInfrastructure.self)
        binding.fields(
            "Infra", of: ChaosInfrastructure.self,
            [
                ("projectID", { $0.projectID }), ("infraID", { $0.id }), ("name", { $0.name }),
                ("description", { $0.description }), ("tags", { $0.tags }),
                ("environmentID", { $0.environmentID }), ("platformName", { $0.platformName }),
                ("isActive", { $0.isActive }), ("isInfraConfirmed", { $0.isConfirmed }),
                ("isRemoved", { $0.isRemoved }), ("infraNamespace", { $0.namespace }),
                ("serviceAccount", { $0.serviceAccount }), ("infraScope", { $0.scope }),
                ("infraNsExists", { $0.namespaceExists }), ("infraSaExists", { $0.serviceAccountExists }),
                ("startTime", { $0.startTime }), ("version", { $0.version }), ("infraType", { $0.type }),
            ])
        binding.field("Infra", "updateStatus", of: ChaosInfrastructure.self) { infrastructure, call in
            let server = AgentVersion(call.context.center.settings.version)
            return AgentVersion(infrastructure.version).update(to: server).rawValue
        }
        binding.field("Infra", "noOfExperiments", of: ChaosInfrastructure.self) { infrastructure, call in
            try await call.context.loaders.infraExperimentCounts.load(infrastructure.id) ?? 0
        }
        binding.field("Infra", "noOfExperimentRuns", of: ChaosInfrastructure.self) { infrastructure, call in
            try await call.context.loaders.infraRunFigures.load(infrastructure.id)?.count ?? 0
        }
        binding.field("Infra", "lastExperimentTimestamp", of: ChaosInfrastructure.self) { infrastructure, call in
            try await call.context.loaders.infraRunFigures.load(infrastructure.id)?.latest.map { "\($0)" }
        }
        binding.field("Infra", "token", of: ChaosInfrastructure.self) { infrastructure, call in
            try await token(of: infrastructure, for: call.context)
        }
    }

    /// Only for owners, since whoever has it can take over an infrastructure that is not registered yet.
    private static func token(of infrastructure: ChaosInfrastructure, for context: CenterContext) async throws -> String
    {
        guard let token = infrastructure.token, !infrastructure.isConfirmed,
            let identity = try? await context.caller.identity()
        else { return "" }
        let member = ProjectMember(userID: identity.userID, projectID: infrastructure.projectID)
        return try await context.loaders.roles.load(member) == .owner ? token : ""
    }
}

/// Somebody in a project.
struct ProjectMember: Sendable, Hashable {
    var userID: String
    var projectID: String
}
