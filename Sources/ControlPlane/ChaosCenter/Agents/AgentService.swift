import AgentProtocol
import DocumentStore
import Logging

/// What is said to and by the agents of infrastructures.
struct AgentService: Sendable {
    let center: ChaosCenter

    var store: CenterStore { center.store }
    var outbox: AgentOutbox { AgentOutbox(store: center.store) }
    var registry: AgentRegistry { center.agentState.registry }
    var events: InfraEvents { center.agentState.events }
    var answers: PendingAnswers { center.agentState.answers }
    var presence: AgentPresence { center.agentState.presence }

    // MARK: Commands

    /// There may be open commands for an infrastructure: send them if its agent is connected.
    func wake(_ infraID: String) async { registry[infraID]?.wake() }

    /// Connects an agent. A connection that it had before ends: its other end may be gone without a word.
    /// - Parameter acknowledges: whether the agent says what became of commands.
    func connect(_ infrastructure: ChaosInfrastructure, acknowledges: Bool) async throws -> ActionStream {
        let link = AgentLink(
            infraID: infrastructure.id, projectID: infrastructure.projectID, acknowledges: acknowledges)
        let lease = AgentLease { [registry, presence, logger = center.logger] in
            registry.remove(link)
            // A connection ends where nobody waits for what follows from it.
            Task {
                do {
                    try await presence.settle(link.infraID)
                } catch {
                    logger.warning(
                        "cannot note that an agent went; it is tried again",
                        metadata: ["infrastructure": "\(link.infraID)", "error": "\(error)"])
                }
            }
        }
        let older = registry.insert(link)
        older?.end(.conflict("CLUSTER ALREADY CONNECTED: a newer connection of this agent takes the place of this one"))
        try await presence.settle(link.infraID)
        return ActionStream(
            link: link, outbox: outbox, resendInterval: center.settings.resendInterval.milliseconds, now: center.now,
            retryInterval: center.settings.storeRetryInterval, logger: center.logger, lease: lease)
    }

    private static let longestReason = 2000
    private static let longestID = 100
    private static let mostOutcomes = 2000

    /// Ends commands whose outcome an agent tells. Those that are not open for it are passed over, as an agent may say
    /// the same twice.
    func acknowledge(_ outcomes: [InfraActionOutcome], by infrastructure: ChaosInfrastructure) async throws {
        guard outcomes.count <= Self.mostOutcomes else {
            throw CenterError.invalid("outcomes: more than \(Self.mostOutcomes) at once")
        }
        for outcome in outcomes where outcome.requestID.utf8.count <= Self.longestID {
            let id = outcome.requestID
            let link = registry[infrastructure.id]
            let state: AgentCommand.State = outcome.error == nil ? .done : .failed
            try await end(id, for: infrastructure.id, at: link?.place(of: id), as: state, Self.reason(outcome))
            link?.forget(id)
        }
    }

    private static func reason(_ outcome: InfraActionOutcome) -> String? {
        guard let error = outcome.error else { return nil }
        return error.isEmpty
            ? "the agent could not do it and did not say why" : String(error.prefix(Self.longestReason))
    }

    private func end(
        _ id: String, for infraID: String, at place: AgentOutbox.Place?, as state: AgentCommand.State,
        _ reason: String?
    ) async throws {
        let ended = try await outbox.end(id, for: infraID, at: place, as: state, reason: reason)
        if let ended, state != .done { await report(ended) }
    }

    /// Ends the run of a command that failed. What goes wrong with that is tried again by ``reportFailures()``.
    private func report(_ ended: AgentOutbox.Ended) async {
        guard let run = ended.run else {
            // No run shows it.
            center.logger.error(
                "an agent did not do what it was told",
                metadata: [
                    "command": "\(ended.command.type.rawValue)", "of": "\(ended.subject)",
                    "reason": "\(ended.command.reason ?? "")",
                ])
            return
        }
        do {
            try await center.runs.commandFailed(ended.command, of: run, reason: ended.command.reason ?? "")
            try await outbox.markReported(ended)
        } catch {
            center.logger.error(
                "a run cannot be ended whose command failed; it is tried again",
                metadata: ["run": "\(run.notifyID ?? run.runID)", "error": "\(error)"])
        }
    }

    // MARK: As time passes

    /// Sends commands again that were not acknowledged.
    func resend() {
        let time = center.now() - center.settings.resendInterval.milliseconds
        for link in registry.all where link.acknowledges { link.resend(sentBy: time) }
    }

    private static let expiredAtOnce = 200

    /// Ends commands that no agent has taken in time.
    func expireCommands() async throws {
        while true {
            let overdue = try await outbox.overdue(at: center.now(), limit: Self.expiredAtOnce)
            for entry in overdue {
                guard let infraID = entry.command.openFor else { continue }
                try await end(
                    entry.command.id, for: infraID, at: entry.place, as: .expired, Self.expiry(of: entry.command))
                registry[infraID]?.forget(entry.command.id)
            }
            if overdue.count < Self.expiredAtOnce { return }
        }
    }

    /// An infrastructure was removed: ends what its agent was still to begin there.
    func endBeginnings(of infraID: String) async throws {
        for entry in try await outbox.openBeginnings(for: infraID) {
            try await end(
                entry.command.id, for: infraID, at: entry.place, as: .expired, "the infrastructure was removed")
            registry[infraID]?.forget(entry.command.id)
        }
    }

    private static func expiry(of command: AgentCommand) -> String {
        let seconds = max(0, command.expiresAt - command.createdAt) / 1000
        guard let attempts = command.attempts, attempts > 0 else {
            return "the agent of the infrastructure was not connected for \(seconds) s, and did not get the command"
                + " '\(command.type.rawValue)'"
        }
        return "the agent of the infrastructure did not acknowledge the command '\(command.type.rawValue)' within"
            + " \(seconds) s; it was sent \(attempts == 1 ? "once" : "\(attempts) times")"
    }

    /// Ends runs whose command failed while this could not be told to them.
    func reportFailures() async throws {
        for ended in try await outbox.unreported() { await report(ended) }
    }

    func expireAnswers() {
        let seconds = center.settings.answerTimeout.components.seconds
        answers.expire(
            at: center.now(), .unavailable("the agent of the infrastructure did not answer within \(seconds) s"))
    }
}
