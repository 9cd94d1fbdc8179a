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
        let weightages = event.isCompleted ? try await weightages(event, infrastructure) : []
        let ofProject: Filter = .eq("project_id", infrastructure.projectID)
        let byID: Filter = .eq("experiment_run_id", event.runID) && ofProject
        if let run = try await changed(byID, event, weightages, infrastructure) { return run }
        guard let notifyID = event.notifyID else { return nil }
        return try await changed(.eq("notify_id", notifyID) && ofProject, event, weightages, infrastructure)
    }

    private struct OtherRun: Error {}

    private func changed(
        _ filter: Filter, _ event: ReceivedEvent, _ weightages: [FaultWeightage], _ infrastructure: ChaosInfrastructure
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
                try run.take(event, weightages, now: now, lifetime: lifetime)
            }
        } catch is OtherRun {
            return nil
        }
    }

    private func weightages(
        _ event: ReceivedEvent, _ infrastructure: ChaosInfrastructure
    ) async throws -> [FaultWeightage] {
        try await experiment(event, infrastructure).revision(event.revisionID)?.weightages ?? []
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
        let revision = experiment.revision(event.revisionID) ?? experiment.latestRevision
        let now = center.now()
        let user = event.user.map { UserDetails(userID: "", username: $0) }
        var run = ExperimentRun(
            new: experiment, revisionID: event.revisionID, sequence: try await nextSequence(experiment), now: now,
            by: user ?? experiment.createdBy)
        run.probes = revision?.probes
        let weightages = experiment.revision(event.revisionID)?.weightages ?? []
        try run.take(event, weightages, now: now, lifetime: lifetime)
        return try await insert(run) ? run : nil
    }

    private func insert(_ run: ExperimentRun) async throws -> Bool {
        do {
            try await store.runs.insert(run)
            return true
        } catch {
            guard case .duplicate = error else { throw error }
            return false
        }
    }
}
