import ChaosAPI
import KubernetesAPI

/// What is written into an engine in one go. Pure.
struct EngineChange: Equatable, Sendable {
    enum Entries: Equatable, Sendable {
        case keep
        case clear
        /// Open entries become `Forcefully Aborted`.
        case abort
        /// Open and missing entries end with the verdict `Error`, for this reason.
        case fail(String)
    }

    var state: EngineState?
    var status: EngineStatus?
    /// Whether the engine is to have the operator's finalizer; nil leaves it as it is.
    var finalizer: Bool?
    /// nil leaves reason and message as they are; empty removes them.
    var reason: String?
    var message = ""
    var entries = Entries.keep
    var runnerUID: String?
    var runStarted: Timestamp?

    func apply(to engine: inout ChaosEngine, now: Timestamp) {
        if let state { engine.desiredState = state }
        if let status { engine.engineStatus = status }
        if let finalizer { apply(finalizer: finalizer, to: &engine) }
        if let reason {
            engine.statusReason = reason
            engine.statusMessage = message
        }
        if let runnerUID { engine.runnerUID = runnerUID }
        if let runStarted { engine.runStarted = runStarted }
        switch entries {
        case .keep: break
        case .clear:
            engine.experimentStatuses = []
            engine.verdict = nil
        case .abort: close(&engine, now: now, status: .aborted, verdict: .stopped, reason: "aborted")
        case .fail(let reason):
            addMissing(to: &engine, now: now)
            close(&engine, now: now, status: nil, verdict: .error, reason: reason)
        }
    }

    private func apply(finalizer: Bool, to engine: inout ChaosEngine) {
        let others = engine.metadata.finalizers.filter { $0 != ChaosEngine.finalizer }
        engine.metadata.finalizers = finalizer ? others + [ChaosEngine.finalizer] : others
    }

    private func addMissing(to engine: inout ChaosEngine, now: Timestamp) {
        var entries = engine.experimentStatuses
        for name in Set(engine.experiments.map(\.name)).sorted() {
            let wanted = engine.experiments.count { $0.name == name }
            let present = entries.count { $0.name == name }
            for _ in 0..<max(0, wanted - present) {
                entries.append(
                    ExperimentStatus(
                        name: name, runner: engine.runnerName, pod: "N/A", status: .waiting, verdict: "N/A", at: now))
            }
        }
        engine.experimentStatuses = entries
    }

    /// - Parameter status: nil tells experiments that ran from those that never did.
    private func close(
        _ engine: inout ChaosEngine, now: Timestamp, status: ExperimentRunStatus?, verdict: Verdict, reason: String
    ) {
        engine.experimentStatuses = engine.experimentStatuses.map { entry in
            guard entry.isOpen else { return entry }
            var closed = ExperimentStatus(
                name: entry.name, runner: engine.runnerName, pod: entry.pod,
                status: status ?? (entry.status == .running ? .completed : .skipped), verdict: verdict.rawValue, at: now
            )
            closed.job = entry.job
            closed.reason = reason
            return closed
        }
        engine.summarizeVerdict()
    }
}
