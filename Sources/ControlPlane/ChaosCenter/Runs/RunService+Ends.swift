import AgentProtocol
import DocumentStore

/// How runs end that their agents do not end.
extension RunService {
    /// Stops one run of an experiment, or all that go on. They are stopped for people at once; what is in the cluster
    /// is stopped by a command.
    /// - Parameters:
    ///   - runID: of the only one that is meant.
    ///   - notifyID: the same, where it has no id yet.
    /// - Throws: `CenterError.notFound` when nothing is to be stopped.
    func stop(
        _ experimentID: String, runID: String?, notifyID: String?, of projectID: String, by user: UserDetails
    ) async throws {
        let runs = try await stoppable(experimentID, runID: runID, notifyID: notifyID, of: projectID)
        guard !runs.isEmpty else {
            throw CenterError.notFound("no running, timeout, or queued experiments found")
        }
        let now = center.now()
        let lifetime = lifetime
        for run in runs {
            guard let identity = run.identity else { continue }
            try await store.runs.modify(identity) { $0.stop(by: user, now: now, lifetime) }
        }
        for infrastructure in Set(runs.map(\.infraID)) { await center.agents.wake(infrastructure) }
    }

    private func stoppable(
        _ experimentID: String, runID: String?, notifyID: String?, of projectID: String
    ) async throws -> [ExperimentRun] {
        let isOpen: Filter = .eq("completed", false)
        guard let named = Self.naming(runID: runID, notifyID: notifyID) else {
            // Of those that ended as Timeout, the ones that are known to the cluster: they may go on there.
            let isTimeout: Filter = .eq("phase", RunPhase.timeout.rawValue) && .gt("experiment_run_id", "")
            let runs = try await store.runsInBrief(
                Query(.eq("experiment_id", experimentID) && .project(projectID) && (isOpen || isTimeout)))
            return runs.filter { !$0.isEndTold }
        }
        let ended = [RunPhase.timeout, .stopped].map(\.rawValue)
        let runs = try await store.runsInBrief(
            Query(named && .project(projectID) && (isOpen || .oneOf("phase", ended))))
        return runs.filter { $0.experimentID == experimentID && $0.isStoppable }
    }

    /// The run with an id, or else with a notify id; nil when neither is given.
    static func naming(runID: String?, notifyID: String?) -> Filter? {
        if let runID, !runID.isEmpty { return .eq("experiment_run_id", runID) }
        if let notifyID, !notifyID.isEmpty { return .eq("notify_id", notifyID) }
        return nil
    }

    /// A command of the run was not done: the run ends, as `Timeout` when nobody took it, as `Error` when the agent
    /// could not, which the command's state tells.
    func commandFailed(_ command: AgentCommand, of run: ExperimentRun, reason: String) async throws {
        guard let identity = run.identity else { return }
        let now = center.now()
        try await store.runs.modify(identity) { $0.fail(command, reason, now: now) }
    }
}

extension ExperimentRun {
    /// Whether it may go on in the cluster: it is open, ended as `Timeout`, or was stopped without the agent having said
    /// that it ended; a stop may fail or get lost, and can be repeated.
    fileprivate var isStoppable: Bool {
        switch state {
        case _ where !isCompleted: true
        case .timeout: true
        case .stopped: !runID.isEmpty && !isEndTold
        default: false
        }
    }

    fileprivate mutating func stop(by user: UserDetails, now: Int64, _ lifetime: Duration) {
        guard isStoppable else { return }
        updatedBy = user
        // What was sent may have arrived: then the first event shows it, and the run is stopped by that.
        endCommands(.create, as: .expired, reason: "stopped")
        if !runID.isEmpty {
            endCommands(.stopRun, as: .expired, reason: "stopped again")
            addStop(now, lifetime)
        }
        end(as: .stopped, nil, now: now)
    }

    fileprivate mutating func fail(_ command: AgentCommand, _ reason: String, now: Int64) {
        let state: AgentCommand.State = command.state == .failed ? .failed : .expired
        if let index = commands?.firstIndex(where: { $0.id == command.id && $0.state == .open }) {
            commands?[index].end(as: state, reason: reason)
        }
        if command.type != .create {
            updatedAt = now
            tell(reason)
        } else if runID.isEmpty, !isCompleted {
            // One that was heard of exists, whatever became of the command.
            end(as: state == .failed ? .error : .timeout, reason, now: now)
        }
    }
}
