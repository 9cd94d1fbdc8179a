import ControlPlaneTesting
import GraphQL

@testable import ChaosCenter

extension CenterServer {
    /// Of hubs, as upstream's portal asks for them.
    static let hubFields = """
        id repoURL repoBranch remoteHub isAvailable totalFaults totalExperiments name hubType isPrivate authType token
        userName password isRemoved sshPrivateKey sshPublicKey lastSyncedAt tags createdAt updatedAt description
        isDefault createdBy { userID username } updatedBy { userID username }
        """

    static func hub(_ name: String, _ url: String, _ more: GraphQLObject = [:]) -> GraphQLObject {
        var request: GraphQLObject = [
            "name": .string(name), "repoURL": .string(url), "repoBranch": .string(Repository.branch),
            "remoteHub": "GitHub", "isPrivate": false, "authType": "NONE",
        ]
        for (field, value) in more { request[field] = value }
        return request
    }

    /// - Parameter operation: `addChaosHub`, `saveChaosHub` or `updateChaosHub`.
    func change(_ operation: String, _ request: GraphQLObject, as person: Person? = nil) async throws -> Reply {
        let type = operation == "updateChaosHub" ? "UpdateChaosHubRequest" : "CreateChaosHubRequest"
        return try await graphQL(
            """
            mutation ($projectID: ID!, $request: \(type)!) {
              hub: \(operation)(projectID: $projectID, request: $request) {
                id name authType token password sshPrivateKey userName isRemoved hubType lastSyncedAt isDefault projectID
              }
            }
            """, ["projectID": .string((person ?? owner).projectID), "request": .object(request)], as: person)
    }

    /// The id of a new hub.
    func addHub(_ name: String, _ url: String, _ more: GraphQLObject = [:]) async throws -> String {
        try await change("addChaosHub", Self.hub(name, url, more)).succeeded()["hub", "id"].text ?? ""
    }

    func addRemoteHub(_ name: String, _ url: String) async throws -> Reply {
        try await graphQL(
            """
            mutation ($projectID: ID!, $request: CreateRemoteChaosHub!) {
              hub: addRemoteChaosHub(projectID: $projectID, request: $request) { id hubType }
            }
            """,
            [
                "projectID": .string(projectID),
                "request": ["name": .string(name), "repoURL": .string(url), "remoteHub": "other"],
            ])
    }

    func status(_ id: String) async throws -> GraphQLValue {
        try await graphQL(
            "query ($p: ID!, $h: ID!) { getChaosHub(projectID: $p, chaosHubID: $h) { \(Self.hubFields) } }",
            ["p": .string(projectID), "h": .string(id)]
        ).succeeded()["getChaosHub"]
    }

    func hubs(_ request: GraphQLValue = .null, as person: Person? = nil) async throws -> [GraphQLValue] {
        try await graphQL(
            """
            query ($p: ID!, $r: ListChaosHubRequest) { listChaosHub(projectID: $p, request: $r) { \(Self.hubFields) } }
            """, ["p": .string((person ?? owner).projectID), "r": request], as: person
        ).succeeded()["listChaosHub"].items ?? []
    }

    func sync(_ id: String) async throws -> Reply {
        try await graphQL(
            "mutation ($h: ID!, $p: ID!) { syncChaosHub(id: $h, projectID: $p) }",
            ["h": .string(id), "p": .string(projectID)])
    }

    func deleteHub(_ id: String, as person: Person? = nil) async throws -> Reply {
        try await graphQL(
            "mutation ($p: ID!, $h: ID!) { deleteChaosHub(projectID: $p, hubID: $h) }",
            ["h": .string(id), "p": .string((person ?? owner).projectID)], as: person)
    }

    func charts(_ id: String, as person: Person? = nil) async throws -> Reply {
        try await graphQL(
            """
            query ($h: ID!, $p: ID!) { listChaosFaults(hubID: $h, projectID: $p) {
              apiVersion kind
              metadata { name version annotations { categories vendor createdAt repository support chartDescription } }
              spec {
                displayName categoryDescription keywords maturity maintainers { name email } minKubeVersion
                provider { name } links { name url } faults { name displayName description plan } experiments
                chaosExpCRDLink platforms chaosType
              }
              packageInfo { packageName experiments { name CSV desc } }
            } }
            """, ["h": .string(id), "p": .string((person ?? owner).projectID)], as: person)
    }

    /// The names of the faults of all charts.
    func faults(_ id: String) async throws -> [String] {
        let charts = try await charts(id).succeeded()["listChaosFaults"].items ?? []
        return charts.flatMap { $0["spec"]["faults"].items ?? [] }.compactMap { $0["name"].text }
    }

    func fault(_ name: String, of category: String, in hub: String) async throws -> Reply {
        try await graphQL(
            """
            query ($p: ID!, $r: ExperimentRequest!) { getChaosFault(projectID: $p, request: $r) { fault engine csv } }
            """,
            [
                "p": .string(projectID),
                "r": ["category": .string(category), "experimentName": .string(name), "hubID": .string(hub)],
            ])
    }

    func experiments(_ hub: String) async throws -> [GraphQLValue] {
        try await graphQL(
            """
            query ($h: ID!, $p: ID!) { listPredefinedExperiments(hubID: $h, projectID: $p) {
              experimentName experimentCSV experimentManifest
            } }
            """, ["h": .string(hub), "p": .string(projectID)]
        ).succeeded()["listPredefinedExperiments"].items ?? []
    }
}

/// Settings of a server that may use repositories of this host.
@Sendable func allowingFiles(_ settings: inout ChaosCenterSettings) { settings.allowsLocalRepositories = true }
