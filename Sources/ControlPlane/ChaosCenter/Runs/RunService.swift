import DocumentStore

/// Runs of experiments, from their start to their end.
struct RunService: Sendable {
    let center: ChaosCenter

    /// Starts a run of an experiment (or sends its schedule to the cluster).
    /// - Returns: the id that names the run before the agent has given it one; empty for a schedule.
    /// - Throws: `CenterError.unavailable` when the infrastructure's agent is away.
    func start(_ experiment: StoredExperiment, by user: UserDetails) async throws -> String {
        throw CenterError.unavailable("not there yet")
    }

    /// A command of the run was not done: the run ends, as `Timeout` when nobody took it, as `Error` when the agent
    /// could not.
    func commandFailed(_ command: AgentCommand, of run: ExperimentRun, reason: String) async throws {}
}
