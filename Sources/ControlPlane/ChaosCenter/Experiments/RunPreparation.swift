import KubernetesAPI

/// What becomes of a saved manifest when it is run.
struct RunPreparation: Sendable {
    /// What the agent is to create: the object with its labels, its name for this run, and the probes that it refers to.
    let manifest: JSON
    /// Where it is created.
    let namespace: String?
    /// What the run document keeps of the probes.
    let probes: [FaultProbes]

    /// - Parameters:
    ///   - notifyID: names the run; nil for what the cluster runs by a schedule.
    ///   - probe: a probe of the project by its name; nil when there is none.
    /// - Throws: `CenterError` that says what is wrong with the manifest or which probe is missing.
    init(
        _ experiment: StoredExperiment, _ revision: ExperimentRevision, notifyID: String?, now: Int64,
        probe: (String) async throws -> StoredProbe?
    ) async throws {
        throw CenterError.unavailable("not there yet")
    }
}
