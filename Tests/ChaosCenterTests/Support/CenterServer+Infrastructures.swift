import AgentProtocol
import Authentication
import ControlPlaneTesting
import DocumentStore
import GraphQL
import KubernetesAPI

@testable import ChaosCenter

extension CenterServer {
    /// An environment of the owner's project.
    @discardableResult
    func environment(_ id: String = "test", in project: String? = nil) async throws -> Environment {
        let environment = Environment(
            id: id, name: id, type: "NON_PROD", projectID: project ?? projectID, createdAt: center.now(),
            updatedAt: center.now(), isRemoved: false)
        try await center.store.environments.insert(environment)
        return environment
    }

    func storedEnvironment(_ id: String = "test") async throws -> Environment? {
        try await center.store.environments.first(.eq("environment_id", id))
    }

    func storedInfrastructure(_ id: String) async throws -> ChaosInfrastructure? {
        try await center.store.infrastructures.first(.eq("infra_id", id))
    }

    /// Registers as litmusctl does.
    func register(
        _ name: String = "cluster-1", _ more: GraphQLObject = [:], as person: Person? = nil,
        headers: [String: String] = ["Referer": "https://chaos.example.com/api/query"]
    ) async throws -> Reply {
        var request: GraphQLObject = [
            "name": .string(name), "environmentID": "test", "description": "---", "platformName": "Others",
            "infrastructureType": "Kubernetes", "infraScope": "cluster", "infraNamespace": "litmus",
            "serviceAccount": "litmus", "skipSsl": false, "infraNsExists": false, "infraSaExists": false,
        ]
        for (key, value) in more { request[key] = value }
        return try await graphQL(
            """
            mutation registerInfra($projectID: ID!, $request: RegisterInfraRequest!) {
              registerInfra(projectID: $projectID, request: $request) { infraID name token manifest }
            }
            """, ["projectID": .string(projectID), "request": .object(request)], as: person, headers: headers)
    }

    /// What a registration gives its agent.
    func registered(_ name: String = "cluster-1", _ more: GraphQLObject = [:]) async throws -> RegisteredInfra {
        let answer = try await register(name, more).succeeded()["registerInfra"]
        return try RegisteredInfra(answer)
    }

    /// As upstream's subscriber does, which has no token.
    func confirm(_ id: String, _ key: String, version: String = "3.31.0") async throws -> Reply {
        try await graphQL(
            "mutation { confirmInfraRegistration(request: {infraID: \"\(id)\", version: \"\(version)\", "
                + "accessKey: \"\(key)\"}) { isInfraConfirmed newAccessKey infraID } }", token: "")
    }

    /// The key that a confirmation gives.
    func confirmed(_ infra: RegisteredInfra, version: String = "3.31.0") async throws -> String {
        let reply = try await confirm(infra.id, infra.accessKey, version: version).succeeded()
        return reply["confirmInfraRegistration", "newAccessKey"].text ?? ""
    }

    func verify(_ id: String, _ key: String, version: String = "3.31.0") async throws {
        _ = try await center.agents.verify(InfraIdentity(infraID: id, accessKey: key, version: version))
    }

    /// Why an agent is refused; nil when it is not.
    func refusal(_ id: String, _ key: String, version: String = "3.31.0") async -> String? {
        do {
            try await verify(id, key, version: version)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

/// What an owner gets for a registration.
struct RegisteredInfra: Sendable {
    let id: String
    let token: String
    let manifest: String
    let objects: [JSON]

    init(_ answer: GraphQLValue) throws {
        id = answer["infraID"].text ?? ""
        token = answer["token"].text ?? ""
        manifest = answer["manifest"].text ?? ""
        objects = try JSON.documents(yaml: manifest, source: "manifest")
    }

    func object(_ kind: String) -> JSON { objects.first { $0["kind"].string == kind } ?? .null }
    func setting(_ name: String) -> String? { object("ConfigMap")["data", name].string }
    var accessKey: String { object("Secret")["stringData", "ACCESS_KEY"].string ?? "" }
}
