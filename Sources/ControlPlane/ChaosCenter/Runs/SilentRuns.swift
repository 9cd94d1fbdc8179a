import AgentProtocol
import DocumentStore
import Logging

/// Ends runs as `Timeout` that nothing was heard of for too long: their agents are gone, or took the command that starts
/// them and made nothing of it.
struct SilentRuns: Sendable {
    /// How many are looked at together.
    private static let batch = 100

    let center: ChaosCenter

    private var silence: Duration { center.settings.runSilence }

    /// Looks once in a while, until it is cancelled.
    func watch() async {
        while !Task.isCancelled {
            do {
                try await end()
            } catch is CancellationError {
                return
            } catch {
                center.logger.error("runs without a sign of life were not ended", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: center.settings.silentRunInterval)
        }
    }

    private enum Presence {
        case connected
        /// Not connected, and not for long enough to end what was not heard of.
        case away
        case gone
    }

    /// Looks once; not before the agents had the time to connect after a start.
    /// - Returns: how many runs were ended.
    @discardableResult
    func end() async throws -> Int {
        let now = center.now()
        guard now >= center.startedAt + center.settings.reconnection.milliseconds else { return 0 }
        let limit = now - silence.milliseconds
        let isOpen: Filter = .eq("completed", false) && .present
        // Those that came from upstream's database do not tell when they were last heard of.
        let imported = isOpen && .eq("last_event_at", DocumentValue.null) && .lt("updated_at", limit)
        return try await end(isOpen && .lt("last_event_at", limit)) + end(imported)
    }

    private func end(_ filter: Filter) async throws -> Int {
        var presences: [String: Presence] = [:]
        var ended = 0
        var kept = 0
        while true {
            try Task.checkCancellation()
            let query = Query(filter, sort: [.ascending("last_event_at")], skip: kept, limit: Self.batch)
            let runs = try await center.store.runsInBrief(query)
            for run in runs {
                let presence: Presence
                if let known = presences[run.infraID] {
                    presence = known
                } else {
                    presence = try await self.presence(of: run.infraID)
                    presences[run.infraID] = presence
                }
                if try await end(run, presence) { ended += 1 } else { kept += 1 }
            }
            if runs.count < Self.batch { return ended }
        }
    }

    private func presence(of infraID: String) async throws -> Presence {
        guard let infrastructure = try await center.store.infrastructure(infraID) else { return .gone }
        if center.runs.isReachable(infrastructure) { return .connected }
        // A step of a run may last longer than the limit without an event; only the agent's absence counts then.
        guard let last = infrastructure.lastSeenAt else { return .gone }
        return center.now() - last > silence.milliseconds ? .gone : .away
    }

    private struct HeardOf: Error {}

    private func end(_ run: ExperimentRun, _ presence: Presence) async throws -> Bool {
        guard let identity = run.identity, let reason = reason(run, presence) else { return false }
        let now = center.now()
        do {
            return try await center.store.runs.modify(identity) { current in
                guard !current.isCompleted, current.lastEventAt == run.lastEventAt, current.runID == run.runID else {
                    throw HeardOf()
                }
                current.endCommands(.create, as: .expired, reason: reason)
                current.end(as: .timeout, reason, now: now)
            } != nil
        } catch is HeardOf {
            return false
        }
    }

    /// Why a silent run ends; nil for one that goes on.
    private func reason(_ run: ExperimentRun, _ presence: Presence) -> String? {
        let minutes = "\(silence.components.seconds / 60) minutes"
        switch presence {
        case .gone: return "nothing was heard of the run for \(minutes), and its infrastructure is not connected"
        case .away: return nil
        case .connected: break
        }
        let isTaken = run.commands?.contains { $0.type == .create && $0.state == .done } ?? false
        guard run.runID.isEmpty, isTaken else { return nil }
        return "the agent took the run and reported nothing of it for \(minutes)"
    }
}
