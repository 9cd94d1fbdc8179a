/// What a process knows of the agents that are connected to it. Nothing of it has to survive the process.
struct AgentState: Sendable {
    let registry = AgentRegistry()
    let events = InfraEvents()
    let answers = PendingAnswers()
    let presence: AgentPresence

    init(_ store: CenterStore, now: @escaping @Sendable () -> Int64) {
        presence = AgentPresence(store, registry, events, now: now)
    }
}
