/// What is said to and by the agents of infrastructures.
struct AgentService: Sendable {
    let store: CenterStore
    let settings: ChaosCenterSettings

    /// There may be open commands for an infrastructure: send them if its agent is connected.
    func wake(_ infraID: String) async {}
}
