import AgentProtocol
import DocumentStore

/// What is said to and by the agents of infrastructures.
struct AgentService: Sendable {
    let store: CenterStore
    let settings: ChaosCenterSettings

    /// The infrastructure whose agent this is.
    /// - Throws: `CenterError.agentRefused` with upstream's words.
    func verify(_ identity: InfraIdentity) async throws -> ChaosInfrastructure {
        guard let infrastructure = try await store.infrastructure(identity.infraID) else {
            throw CenterError.agentRefused("mongo: no documents in result: there is no infrastructure with this id")
        }
        guard infrastructure.accessKey == identity.accessKey else {
            throw CenterError.agentRefused("ERROR:  accessID MISMATCH")
        }
        return infrastructure
    }

    /// There may be open commands for an infrastructure: send them if its agent is connected.
    func wake(_ infraID: String) async {}
}
