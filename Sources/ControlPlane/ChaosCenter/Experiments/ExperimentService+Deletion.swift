import AgentProtocol
import DocumentStore

extension ExperimentService {
    /// Removes an experiment with its runs; its infrastructure stops and deletes what is left of it.
    func delete(_ id: String) async throws {
        let own = Filter.project(projectID) && .eq("experiment_id", id)
        guard try await store.experiments.count(own) > 0 else { throw Self.noMatch }
        // The runs first: after a crash the experiment is still there to be deleted. Then once more, for one that was
        // started in between.
        try await removeRuns(own)
        let now = center.now()
        let removed = try await store.experiments.modify(own) { experiment in
            experiment.isRemoved = true
            experiment.touch(now, by: user)
            experiment.addCommands(experiment.withdrawal(now: now, username: user.username))
        }
        guard let removed else { throw Self.noMatch }
        try await removeRuns(own)
        await center.agents.wake(removed.infraID)
    }

    /// Removes a run; its infrastructure stops and deletes it.
    func deleteRun(_ runID: String, of experimentID: String) async throws {
        guard !runID.isEmpty else {
            throw CenterError.invalid(
                "experimentRunID is empty; a run that has no ID yet can be stopped by its notifyID. "
                    + "Leave the argument out to delete the whole experiment")
        }
        let filter =
            Filter.project(projectID) && .eq("experiment_id", experimentID) && .eq("experiment_run_id", runID)
        let now = center.now()
        let removed = try await store.runs.modify(filter) { run in
            run.end(now, by: user)
            run.commands =
                (run.commands ?? []) + [
                    AgentCommand(
                        .deleteRun, for: run.infraID, now: now, lifetime: Self.commandLifetime, externalData: run.runID,
                        username: user.username)
                ]
        }
        guard let removed else { throw Self.noMatch }
        await center.agents.wake(removed.infraID)
    }

    private func removeRuns(_ filter: Filter) async throws {
        let now = center.now()
        let user = user
        // One after another, those that are under way: each has commands of its own.
        while try await store.runs.modify(filter && .eq("completed", false), { $0.end(now, by: user) }) != nil {}
        try await store.runs.updateAll(
            filter,
            Update().set("is_removed", true).set("updated_at", now).set("updated_by", encoding: user))
    }
}

extension StoredExperiment {
    /// In the order in which they are made: the schedule must not make another run.
    fileprivate func withdrawal(now: Int64, username: String) -> [AgentCommand] {
        let lifetime = ExperimentService.commandLifetime
        var commands = scheduleWithdrawal(now: now, lifetime: lifetime, username: username)
        if type == ExperimentManifest.Kind.chaosEngine.experimentType {
            commands.append(deletion(of: .chaosEngine, now: now, lifetime: lifetime, username: username))
        }
        commands.append(
            AgentCommand(
                .deleteExperiment, for: infraID, now: now, lifetime: lifetime, externalData: id, username: username))
        return commands
    }
}

extension ExperimentRun {
    /// Removes the run. One that has not ended is stopped, and what was not sent yet is not going to be.
    fileprivate mutating func end(_ now: Int64, by user: UserDetails) {
        var commands = commands ?? []
        for index in commands.indices where commands[index].openFor != nil {
            commands[index].end(as: .expired, reason: "the run was deleted")
        }
        self.commands = commands
        if !isCompleted {
            complete(at: now)
            phase = "Stopped"
        }
        isRemoved = true
        updatedAt = now
        updatedBy = user
    }
}
