import GraphQL

/// The phases of runs: the members of the schema's `ExperimentRunStatus`, but for `All`.
enum RunPhase: String, Sendable, Hashable, CaseIterable, GraphQLOutput {
    case queued = "Queued"
    case pending = "Pending"
    case running = "Running"
    case completed = "Completed"
    case completedWithError = "Completed_With_Error"
    case completedWithProbeFailure = "Completed_With_Probe_Failure"
    case stopped = "Stopped"
    case skipped = "Skipped"
    case error = "Error"
    case timeout = "Timeout"
    case terminated = "Terminated"
    /// Also what the API gives for a phase that it does not know.
    case notAvailable = "NA"
}
