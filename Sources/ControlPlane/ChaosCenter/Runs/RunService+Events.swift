import DocumentStore

/// What agents report.
extension RunService {
    /// Changes the run that an event is about, or makes it when the cluster started it by itself.
    /// - Parameter infrastructure: the one whose agent reports.
    /// - Returns: the agent's answer, also for what is ignored.
    /// - Throws: `CenterError`.
    func accept(_ event: ReceivedEvent, from infrastructure: ChaosInfrastructure) async throws -> String {
        do {
            let run = try await taken(event, infrastructure)
            if run.commands?.contains(where: { $0.openFor != nil }) == true {
                await center.agents.wake(infrastructure.id)
            }
            return "experiment run \(event.runID) is \(run.phase)"
        } catch let ignored as RunEventIgnored {
            return ignored.answer
        }
    }

    private func taken(_ event: ReceivedEvent, _ infrastructure: ChaosInfrastructure) async throws -> ExperimentRun {
        // The second time when another event of the run made it meanwhile.
        for _ in 0..<3 {
            if let run = try await changed(event, infrastructure) { return run }
            if let run = try await made(event, infrastructure) { return run }
        }
        throw CenterError.unavailable("experiment run \(event.runID) changes too often; send the event again")
    }

    // MARK: Known runs

    private func changed(_ event: ReceivedEvent, _ infrastructure: ChaosInfrastructure) async throws -> ExperimentRun? {
        let experiment = event.isCompleted ? try await experiment(event, infrastructure) : nil
        let ofProject: Filter = .eq("project_id", infrastructure.projectID)
        let byID: Filter = .eq("experiment_run_id", event.runID) && ofProject
        if let run = try await changed(byID, event, experiment, infrastructure) { return run }
        guard let queued = Self.queuedRun(of: event) else { return nil }
        return try await changed(queued && ofProject, event, experiment, infrastructure)
    }

    /// The run that was queued for what an event is about; nil when there can be none.
    private static func queuedRun(of event: ReceivedEvent) -> Filter? {
        if let notifyID = event.notifyID { return .eq("notify_id", notifyID) }
        guard event.report.isOfEngine, !event.report.objectName.isEmpty else { return nil }
        return .eq("experiment_id", event.experimentID) && .eq("engine_name", event.report.objectName)
    }

    private struct OtherRun: Error {}

    private func changed(
        _ filter: Filter, _ event: ReceivedEvent, _ experiment: StoredExperiment?,
        _ infrastructure: ChaosInfrastructure
    ) async throws -> ExperimentRun? {
        let now = center.now()
        let lifetime = lifetime
        do {
            return try await store.runs.modify(filter) { run in
                // A copy that someone made in the cluster has the notify id of the original.
                guard run.runID.isEmpty || run.runID == event.runID else { throw OtherRun() }
                guard run.infraID == infrastructure.id, run.experimentID == event.experimentID else {
                    throw CenterError.permissionDenied(
                        "experiment run \(event.runID) is not of this infrastructure and experiment")
                }
                guard !run.isRemoved else { throw Self.discarded(event) }
                let weightages = experiment?.revision(of: event, run.revisionID)?.weightages ?? []
                try run.take(event, weightages, now: now, lifetime: lifetime)
            }
        } catch is OtherRun {
            return nil
        }
    }

    private static func discarded(_ event: ReceivedEvent) -> RunEventIgnored {
        RunEventIgnored(
            answer: "no experiment found with experimentID: \(event.experimentID), experiment run discarded: "
                + event.runID)
    }

    private func experiment(_ event: ReceivedEvent, _ infrastructure: ChaosInfrastructure) async throws
        -> StoredExperiment
    {
        let filter: Filter = .eq("experiment_id", event.experimentID) && .project(infrastructure.projectID)
        guard let experiment = try await store.experiments.first(filter) else { throw Self.discarded(event) }
        return experiment
    }

    // MARK: Runs that the cluster started

    /// Nil when someone else made it first.
    private func made(_ event: ReceivedEvent, _ infrastructure: ChaosInfrastructure) async throws -> ExperimentRun? {
        let experiment = try await experiment(event, infrastructure)
        guard experiment.infraID == infrastructure.id else {
            throw CenterError.permissionDenied(
                "experiment \(event.experimentID) does not run on infrastructure \(infrastructure.id)")
        }
        let revision = experiment.revision(of: event)
        let now = center.now()
        let user = event.user.map { UserDetails(userID: "", username: $0) }
        var run = ExperimentRun(
            new: experiment, revisionID: event.revisionID.isEmpty ? revision?.id ?? "" : event.revisionID,
            sequence: try await nextSequence(experiment), now: now, by: user ?? experiment.createdBy)
        run.probes = (revision ?? experiment.latestRevision)?.probes
        try run.take(event, revision?.weightages ?? [], now: now, lifetime: lifetime)
        return try await store.runs.insertUnlessTaken(run) ? run : nil
    }
}

extension StoredExperiment {
    /// The revision that an event is of. Upstream's agents name none for a ChaosEngine without a Workflow: then it is
    /// the run's, else the latest.
    fileprivate func revision(of event: ReceivedEvent, _ ofRun: String = "") -> ExperimentRevision? {
        event.revisionID.isEmpty ? revision(ofRun) ?? latestRevision : revision(event.revisionID)
    }
}
