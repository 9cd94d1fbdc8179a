import AgentProtocol
import DocumentStore
import GraphQL

extension ExperimentRun: GraphQLOutput {}

extension ExperimentRun {
    /// `phase`, as far as it is known.
    var state: RunPhase {
        get { RunPhase(rawValue: phase) ?? .notAvailable }
        set { phase = newValue.rawValue }
    }

    /// A person stopped it here, or the cluster said that it was stopped.
    var isStopped: Bool { isCompleted && state == .stopped }

    /// Whether its end was concluded from silence, or from a `create` that failed before anything was heard of the run.
    /// What its agent says afterwards is true instead.
    var isEndAssumed: Bool { isCompleted && (state == .timeout || (state == .error && runID.isEmpty)) }

    /// Whether an agent has reported the end, from which the figures are.
    var isEndTold: Bool { isCompleted && totalFaults != nil }

    /// Finds its document again.
    var identity: Filter? { documentID.map { .id($0) } }

    /// - Parameter reason: for people.
    mutating func end(as state: RunPhase, _ reason: String?, now: Int64) {
        self.state = state
        complete(at: now)
        updatedAt = now
        tell(reason)
    }

    /// - Parameter now: milliseconds since 1970; counts for one that goes on until now.
    mutating func complete(at now: Int64) {
        if !isCompleted { endedAt = now }
        isCompleted = true
    }

    /// Adds a message to what the API shows of the run, and brings the phase there up to date.
    mutating func tell(_ message: String?) {
        var report = RunReport(stored: executionData)
        report.phase = phase
        if let message { report.message = String(message.prefix(2000)) }
        executionData = report.text
    }

    /// Changes the commands of a type that are still to be sent.
    mutating func endCommands(_ type: ActionType, as state: AgentCommand.State, reason: String? = nil) {
        guard var all = commands else { return }
        for index in all.indices where all[index].type == type && all[index].state == .open {
            all[index].end(as: state, reason: reason)
        }
        commands = all
    }
}

extension AgentCommand {
    mutating func end(as state: State, reason: String?) {
        self.state = state
        openFor = nil
        if let reason { self.reason = reason }
    }
}
