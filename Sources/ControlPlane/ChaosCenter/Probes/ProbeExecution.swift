/// A probe of a project, by which loaders find things.
struct ProbeKey: Sendable, Hashable {
    var projectID: String
    var name: String
}

/// A probe's evaluation for one fault of one run.
struct ProbeExecution: Sendable {
    var faultName: String
    var outcome: ProbeOutcome
    var run: ProbeRun
}

/// The executions of a probe for one fault in one mode, newest first.
struct ProbeExecutionGroup: Sendable {
    var faultName: String
    var mode: String
    var executions: [ProbeExecution]
}

/// `GetProbeReferenceResponse`.
struct ProbeReferences: Sendable {
    var projectID: String
    var name: String
    var totalRuns: Int
    var groups: [ProbeExecutionGroup]
}

/// A probe of a fault in one run.
struct ProbeInRun: Sendable {
    var probe: StoredProbe
    var outcome: ProbeOutcome
}
