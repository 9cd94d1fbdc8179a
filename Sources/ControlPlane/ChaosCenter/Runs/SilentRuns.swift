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

    /// Looks once.
    /// - Returns: how many runs were ended.
    @discardableResult
    func end() async throws -> Int {
        let limit = center.now() - silence.milliseconds
        let isOpen: Filter = .eq("completed", false) && .present
        // Those that came from upstream's database do not tell when they were last heard of.
        let imported = isOpen && .eq("last_event_at", DocumentValue.null) && .lt("updated_at", limit)
        return try await end(isOpen && .lt("last_event_at", limit)) + end(imported)
    }

    private func end(_ filter: Filter) async throws -> Int {
        var connected: [String: Bool] = [:]
        var ended = 0
        var kept = 0
        while true {
            try Task.checkCancellation()
            let query = Query(filter, sort: [.ascending("last_event_at")], skip: kept, limit: Self.batch)
            let runs = try await center.store.runsInBrief(query)
            for run in runs {
                let isConnected: Bool
                if let known = connected[run.infraID] {
                    isConnected = known
                } else {
                    isConnected = try await isReachable(run.infraID)
                    connected[run.infraID] = isConnected
                }
                if try await end(run, isConnected: isConnected) { ended += 1 } else { kept += 1 }
            }
            if runs.count < Self.batch { return ended }
        }
    }

    private func isReachable(_ infraID: String) async throws -> Bool {
        guard let infrastructure = try await center.store.infrastructure(infraID) else { return false }
        return center.runs.isReachable(infrastructure)
    }

    private struct HeardOf: Error {}

    private func end(_ run: ExperimentRun, isConnected: Bool) async throws -> Bool {
        guard let identity = run.identity, let reason = reason(run, isConnected) else { return false }
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
    private func reason(_ run: ExperimentRun, _ isConnected: Bool) -> String? {
        let minutes = "\(silence.components.seconds / 60) minutes"
        if !isConnected {
            return "nothing was heard of the run for \(minutes), and its infrastructure is not connected"
        }
        let isTaken = run.commands?.contains { $0.type == .create && $0.state == .done } ?? false
        guard run.runID.isEmpty, isTaken else { return nil }
        return "the agent took the run and reported nothing of it for \(minutes)"
    }
}
