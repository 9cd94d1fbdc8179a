import AgentProtocol
import DocumentStore

extension AgentService {
    /// The infrastructure whose agent this is. The first use of a key that replaces another one ends that other one;
    /// nothing else is written.
    /// - Parameter mayBeLeaving: whether it may be a removed one whose agent has not taken yet what tells it to go.
    /// - Throws: `CenterError.agentRefused` with upstream's words.
    func verify(_ identity: InfraIdentity, mayBeLeaving: Bool = false) async throws -> ChaosInfrastructure {
        guard let infrastructure = try await stored(identity.infraID, mayBeLeaving: mayBeLeaving) else {
            throw CenterError.unknownInfrastructure
        }
        guard let key = infrastructure.kind(ofKey: identity.accessKey) else { throw CenterError.wrongAccessKey }
        guard infrastructure.isRegistered else {
            throw CenterError.agentRefused(
                "ERROR: the infrastructure is not registered: its agent has to confirm the registration first")
        }
        let version = AgentVersion(center.settings.version)
        guard version.admits(AgentVersion(identity.version)) else {
            throw CenterError.agentRefused(
                "ERROR: infra VERSION MISMATCH (need \(version.needed) got \(identity.version.prefix(64)))")
        }
        return key == .next ? try await promote(identity) : infrastructure
    }

    private func stored(_ id: String, mayBeLeaving: Bool) async throws -> ChaosInfrastructure? {
        guard mayBeLeaving else { return try await store.infrastructure(id) }
        guard let infrastructure = try await store.infrastructures.first(.eq("infra_id", id)) else { return nil }
        guard infrastructure.isRemoved else { return infrastructure }
        return infrastructure.commands?.contains { $0.openFor == id } == true ? infrastructure : nil
    }

    private func promote(_ identity: InfraIdentity) async throws -> ChaosInfrastructure {
        let filter: Filter = .eq("infra_id", identity.infraID) && .eq("next_access_key", identity.accessKey)
        let update = Update().set("access_key", identity.accessKey).unset("next_access_key").unset("is_rotating")
            .unset("token")
        if let infrastructure = try await store.infrastructures.update(filter, update) { return infrastructure }
        // Another request with the same key may have been faster.
        guard let infrastructure = try await store.infrastructures.first(.eq("infra_id", identity.infraID)),
            infrastructure.kind(ofKey: identity.accessKey) == .current
        else { throw CenterError.wrongAccessKey }
        return infrastructure
    }
}

extension CenterError {
    static let unknownInfrastructure = agentRefused(
        "mongo: no documents in result: there is no infrastructure with this id")
    /// Upstream's text has two spaces.
    static let wrongAccessKey = agentRefused("ERROR:  accessID MISMATCH")
}

extension CenterOperation {
    /// What an agent asks to take its last commands after its infrastructure was removed.
    var isForLeavingAgents: Bool { self == .infraConnect || self == .acknowledgeInfraActions }
}
