import AgentProtocol
import DocumentStore
import Foundation
import GraphQL
import InstallManifests
import KubernetesAPI

/// Infrastructures, from their registration to their end.
struct InfrastructureService: Sendable {
    /// `RegisterInfraResponse`.
    struct Registration: GraphQLOutput {
        var token: String
        var infraID: String
        var name: String
        var manifest: String
    }

    /// How long an agent that is away keeps the chance to learn that its infrastructure was removed.
    static let farewell: Duration = .seconds(30 * 24 * 3600)

    let center: ChaosCenter

    private var store: CenterStore { center.store }

    /// - Throws: `CenterError.notFound` with upstream's words.
    func get(_ id: String, in project: String) async throws -> ChaosInfrastructure {
        guard let found = try await store.infrastructures.first(.eq("infra_id", id) && .project(project)) else {
            throw CenterError.noInfrastructure
        }
        return found
    }

    // MARK: Registration

    func register(
        _ request: RegisterInfraRequest, in project: String, by user: UserDetails, at address: ServerAddress
    ) async throws -> Registration {
        let infrastructure = try request.infrastructure(
            id: UUID().uuidString.lowercased(), project: project, by: user, version: center.settings.version,
            now: center.now())
        let manifest = try infrastructure.manifest(center.settings, address)
        let environment: Filter = .eq("environment_id", request.environmentID) && .project(project)
        guard try await store.environments.first(environment) != nil else { throw CenterError.noSuchEnvironment }
        // First the infrastructure: an environment never has one that was not made.
        guard try await store.infrastructures.insertUnlessTaken(infrastructure) else {
            throw CenterError.conflict("infra already exists in this project with the same name")
        }
        guard try await link(infrastructure) else {
            try await store.infrastructures.delete(.eq("infra_id", infrastructure.id))
            throw CenterError.noSuchEnvironment
        }
        return Registration(
            token: infrastructure.token ?? "", infraID: infrastructure.id, name: infrastructure.name,
            manifest: manifest)
    }

    /// Puts an infrastructure into the list of its environment, where a registration that was cut short has not.
    /// - Returns: false when there is no such environment.
    @discardableResult
    func link(_ infrastructure: ChaosInfrastructure) async throws -> Bool {
        let update = Update().addToSet("infra_ids", infrastructure.id)
        guard try await store.environments.update(Self.environment(of: infrastructure), update) != nil else {
            return false
        }
        // It may have been removed since it was read.
        if try await store.infrastructure(infrastructure.id) == nil { try await unlink(infrastructure) }
        return true
    }

    private func unlink(_ infrastructure: ChaosInfrastructure) async throws {
        try await store.environments.update(
            Self.environment(of: infrastructure), Update().pull("infra_ids", infrastructure.id))
    }

    private static func environment(of infrastructure: ChaosInfrastructure) -> Filter {
        .eq("environment_id", infrastructure.environmentID) && .project(infrastructure.projectID)
    }

    // MARK: Removal

    /// - Returns: what litmusctl looks for.
    func delete(_ id: String, in project: String, by user: UserDetails) async throws -> String {
        let infrastructure = try await get(id, in: project)
        // First out of the environment: what is left by a crash is still listed, and can be removed again.
        try await unlink(infrastructure)
        let now = center.now()
        var update = try Update().set("is_removed", true).set("is_active", false).unset("token")
            .set("updated_at", now).set("updated_by", encoding: user)
        if infrastructure.isRegistered {
            let commands = try farewell(infrastructure, by: user, now).map { try DocumentEncoder().encodeValue($0) }
            update = Update(update.steps + [.push("commands", commands, at: nil, keepingFirst: nil)])
        }
        guard try await store.infrastructures.update(.eq("infra_id", id) && .project(project), update) != nil else {
            throw CenterError.noInfrastructure
        }
        try await center.agents.endBeginnings(of: id)
        await center.agents.wake(id)
        return "infra deleted successfully"
    }

    /// The agent deletes what it starts from, then itself: the Deployment of upstream's subscriber, or of this
    /// project's agent.
    private func farewell(_ infrastructure: ChaosInfrastructure, by user: UserDetails, _ now: Int64) -> [AgentCommand] {
        let namespace = infrastructure.installedNamespace
        let objects: [JSON] = [
            [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": .string(AgentRegistration.configMapName), "namespace": .string(namespace)],
            ],
            [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["labels": JSON(AgentRegistration.label), "namespace": .string(namespace)],
            ],
        ]
        return objects.map {
            AgentCommand(
                .delete, for: infrastructure.id, now: now, lifetime: Self.farewell, manifest: $0.description,
                namespace: namespace, username: user.username)
        }
    }
}

extension ChaosCenter {
    var infrastructures: InfrastructureService { InfrastructureService(center: self) }
}

extension CenterError {
    /// Of a project's infrastructures.
    static let noInfrastructure = notFound(
        "mongo: no documents in result: there is no infrastructure with this id in the project")
    static let noSuchEnvironment = invalid("Invalid EnvironmentID")
}
