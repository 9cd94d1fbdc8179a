import AgentProtocol
import Authentication
import DocumentStore
import GraphQL

/// Infrastructures.
enum InfrastructureBindings {
    private struct OfInfra: Codable, Sendable { var infraID: String }
    private struct OfList: Codable, Sendable { var request: ListInfraRequest? }
    private struct OfRegistration: Codable, Sendable { var request: RegisterInfraRequest }
    private struct OfConfirmation: Codable, Sendable { var request: InfraIdentity }
    private struct OfKey: Codable, Sendable {
        var projectID: String
        var infraID: String
        var accessKey: String
    }

    private struct List: GraphQLOutput { var page: Page<ChaosInfrastructure> }
    private struct Versions: GraphQLOutput { var version: AgentVersion }

    static func bind(_ binding: inout CenterBinding) {
        bindQueries(&binding)
        bindMutations(&binding)
        bindAnswers(&binding)
        InfraFields.bind(&binding)
    }

    private static func bindQueries(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [.getInfra, .getInfraDetails] {
            binding.user(operation, OfInfra.self) { call in
                try await call.center.infrastructures.get(call.arguments.infraID, in: call.projectID)
            }
        }
        binding.user(.listInfras, OfList.self) { call in
            List(page: try await call.center.infrastructures.page(of: call.projectID, call.arguments.request))
        }
        binding.user(.getInfraStats, NoArguments.self) { call in
            try await call.center.infrastructures.stats(of: call.projectID)
        }
        // `upgrade` makes no difference: a manifest is always that of this version.
        binding.user(.getInfraManifest, OfInfra.self) { call in
            let infrastructure = try await call.center.infrastructures.get(call.arguments.infraID, in: call.projectID)
            let key = call.role == .owner ? infrastructure.latestAccessKey : infrastructure.sharedAccessKey
            return try infrastructure.manifest(
                call.center.settings, try call.context.serverAddress(), accessKey: key)
        }
        binding.user(.getVersionDetails, NoArguments.self) { call in
            Versions(version: AgentVersion(call.center.settings.version))
        }
    }

    private static func bindMutations(_ binding: inout CenterBinding) {
        binding.user(.registerInfra, OfRegistration.self) { call in
            try await call.center.infrastructures.register(
                call.arguments.request, in: call.projectID, by: call.user, at: try call.context.serverAddress())
        }
        binding.user(.deleteInfra, OfInfra.self) { call in
            try await call.center.infrastructures.delete(call.arguments.infraID, in: call.projectID, by: call.user)
        }
        binding.user(.rotateInfraAccessKey, OfInfra.self) { call in
            try await call.center.infrastructures.rotateKey(
                of: call.arguments.infraID, in: call.projectID, by: call.user, at: try call.context.serverAddress())
        }
        binding.open(.confirmInfraRegistration, OfConfirmation.self) { call, trail in
            try await call.center.infrastructures.confirm(call.arguments.request) { try await trail.begin($0) }
        }
        binding.open(.getManifestWithInfraID, OfKey.self) { call, trail in
            let arguments = call.arguments
            return try await call.center.infrastructures.manifest(
                of: arguments.infraID, in: arguments.projectID, accessKey: arguments.accessKey,
                at: try call.context.serverAddress()
            ) { try await trail.begin($0) }
        }
    }

    private static func bindAnswers(_ binding: inout CenterBinding) {
        binding.fields(
            "RegisterInfraResponse", of: InfrastructureService.Registration.self,
            [
                ("token", { $0.token }), ("infraID", { $0.infraID }), ("name", { $0.name }),
                ("manifest", { $0.manifest }),
            ])
        binding.fields(
            "ConfirmInfraRegistrationResponse", of: InfrastructureService.Confirmation.self,
            [
                ("isInfraConfirmed", { _ in true }), ("newAccessKey", { $0.newAccessKey }),
                ("infraID", { $0.infraID }),
            ])
        binding.fields(
            "ListInfraResponse", of: List.self,
            [("totalNoOfInfras", { $0.page.total }), ("infras", { $0.page.items })])
        binding.fields(
            "GetInfraStatsResponse", of: InfraStats.self,
            [
                ("totalInfrastructures", { $0.total }), ("totalActiveInfrastructure", { $0.active }),
                ("totalInactiveInfrastructures", { $0.total - $0.active }),
                ("totalConfirmedInfrastructure", { $0.confirmed }),
                ("totalNonConfirmedInfrastructures", { $0.total - $0.confirmed }),
            ])
        binding.fields(
            "InfraVersionDetails", of: Versions.self,
            [("latestVersion", { $0.version.text }), ("compatibleVersions", { $0.version.compatible })])
    }
}

extension CenterContext {
    /// - Throws: `CenterError.invalid`.
    func serverAddress() throws -> ServerAddress { try ServerAddress(center.settings, request) }
}
