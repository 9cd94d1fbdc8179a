import GraphQL

/// Chaos hubs.
enum HubBindings {
    private struct HubArguments: Codable, Sendable { var hubID: String }
    private struct ListArguments: Codable, Sendable { var request: ListHubsRequest? }
    private struct GetArguments: Codable, Sendable { var chaosHubID: String }
    private struct SyncArguments: Codable, Sendable { var id: String }
    private struct CreateArguments: Codable, Sendable { var request: CreateHubRequest }
    private struct RemoteArguments: Codable, Sendable { var request: CreateRemoteHubRequest }
    private struct UpdateArguments: Codable, Sendable { var request: UpdateHubRequest }

    private struct FaultArguments: Codable, Sendable {
        struct Request: Codable, Sendable { var category, experimentName, hubID: String }
        var request: Request
    }

    private struct ExperimentArguments: Codable, Sendable {
        var hubID: String
        var experimentName: [String]
    }

    private struct Count: GraphQLOutput { var hubs: Int }

    static func bind(_ binding: inout CenterBinding) {
        bindHubs(&binding)
        bindChanges(&binding)
        bindContents(&binding)
        HubTypes.bind(&binding)
    }

    private static func bindHubs(_ binding: inout CenterBinding) {
        binding.user(.listChaosHub, ListArguments.self) { call in
            try await call.center.hubs.list(call.projectID, call.arguments.request).map(HubStatus.init)
        }
        binding.user(.getChaosHub, GetArguments.self) { call in
            HubStatus(hub: try await call.center.hubs.hub(call.arguments.chaosHubID, call.projectID))
        }
        binding.user(.getChaosHubStats, NoArguments.self) { call in
            Count(hubs: try await call.center.hubs.count(call.projectID))
        }
        binding.fields("GetChaosHubStatsResponse", of: Count.self, [("totalChaosHubs", { $0.hubs })])
    }

    private static func bindChanges(_ binding: inout CenterBinding) {
        binding.user(.addChaosHub, CreateArguments.self) { call in
            try await call.center.hubs.add(call.arguments.request, to: call.projectID, by: call.user, fetches: true)
        }
        binding.user(.saveChaosHub, CreateArguments.self) { call in
            try await call.center.hubs.add(call.arguments.request, to: call.projectID, by: call.user, fetches: false)
        }
        binding.user(.addRemoteChaosHub, RemoteArguments.self) { call in
            try await call.center.hubs.addRemote(call.arguments.request, to: call.projectID, by: call.user)
        }
        binding.user(.updateChaosHub, UpdateArguments.self) { call in
            try await call.center.hubs.update(call.arguments.request, of: call.projectID, by: call.user)
        }
        binding.user(.deleteChaosHub, HubArguments.self) { call in
            try await call.center.hubs.delete(call.arguments.hubID, of: call.projectID, by: call.user)
            return true
        }
        binding.user(.syncChaosHub, SyncArguments.self) { call in
            try await call.center.hubs.synchronise(call.arguments.id, of: call.projectID)
            return "Successfully synced ChaosHub"
        }
    }

    private static func bindContents(_ binding: inout CenterBinding) {
        binding.user(.listChaosFaults, HubArguments.self) { call in
            let tree = try await call.center.hubs.tree(call.arguments.hubID, call.projectID)
            return try tree.charts.map { try ResolvedValue(encoding: $0) }
        }
        binding.user(.getChaosFault, FaultArguments.self) { call in
            let request = call.arguments.request
            let tree = try await call.center.hubs.tree(request.hubID, call.projectID)
            return try tree.fault(request.experimentName, of: request.category)
        }
        binding.user(.listPredefinedExperiments, HubArguments.self) { call in
            try await call.center.hubs.tree(call.arguments.hubID, call.projectID).experiments()
        }
        binding.user(.getPredefinedExperiment, ExperimentArguments.self) { call in
            let tree = try await call.center.hubs.tree(call.arguments.hubID, call.projectID)
            return try call.arguments.experimentName.prefix(HubTree.limit).map { name in
                guard let experiment = try tree.experiment(name) else {
                    throw CenterError.notFound("the hub has no experiment '\(name)'")
                }
                return experiment
            }
        }
    }
}
