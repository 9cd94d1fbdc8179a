import ChaosAPI
import KubernetesAPI

/// What became of one engine that ran when chaos was halted.
public struct HaltedEngine: Sendable, Hashable {
    public enum Outcome: String, Sendable {
        /// Its run was ended, and its pods had their time to revert.
        case aborted
        /// It was about to start and did not.
        case refused
        /// It came to its end by itself.
        case completed
        /// It was deleted, and its chaos stopped with that.
        case deleted
        /// It was closed while a pod of it was still there: what that injected may still be in force.
        case podsRemain
        /// It had not ended when the wait was over.
        case running
    }

    public var key: ObjectKey
    public var outcome: Outcome
    /// In words, what to know beyond the outcome; empty for nothing.
    public var message: String

    public init(key: ObjectKey, outcome: Outcome, message: String = "") {
        self.key = key
        self.outcome = outcome
        self.message = message
    }

    /// Whether nothing of it is in force any more.
    public var hasEnded: Bool { outcome != .podsRemain && outcome != .running }
}

/// Keeps account of the engines of a cluster that run, and of how they end. Pure.
struct HaltProgress: Sendable {
    let halt: Halt
    private(set) var running: [ObjectKey: ChaosEngine] = [:]
    private(set) var ended: [ObjectKey: HaltedEngine] = [:]

    init(_ halt: Halt) { self.halt = halt }

    /// Takes an engine as it now is. One without a status is none that runs: the operator asks for the halt after it gave
    /// it one, and before it makes the runner.
    /// - Returns: how it ended, if it just did, or was ended by this halt before anybody looked.
    mutating func see(_ engine: ChaosEngine) -> HaltedEngine? {
        if engine.engineStatus == .initialized {
            running[engine.key] = engine
            return nil
        }
        let isNews = ended[engine.key] == nil && engine.statusMessage.contains(halt.description)
        guard running.removeValue(forKey: engine.key) != nil || isNews else { return nil }
        let outcome: HaltedEngine.Outcome =
            if engine.statusReason == EngineStep.podsRemain {
                .podsRemain
            } else if engine.engineStatus == .completed {
                .completed
            } else {
                engine.runnerUID.isEmpty ? .refused : .aborted
            }
        return end(engine.key, outcome, outcome == .podsRemain ? engine.statusMessage : "")
    }

    /// Takes that there is no such engine any more.
    mutating func lose(_ key: ObjectKey) -> HaltedEngine? {
        running.removeValue(forKey: key) == nil ? nil : end(key, .deleted, "")
    }

    /// Every engine, once the wait is over.
    func summary() -> [HaltedEngine] {
        let open = running.values.map { engine in
            HaltedEngine(
                key: engine.key, outcome: .running,
                message: engine.desiredState == .active
                    ? "no operator has stopped it: is one running, and is the ConfigMap in its namespace?"
                    : "its pods have not ended yet")
        }
        return (ended.values + open).sorted { $0.key.description < $1.key.description }
    }

    private mutating func end(_ key: ObjectKey, _ outcome: HaltedEngine.Outcome, _ message: String) -> HaltedEngine {
        let engine = HaltedEngine(key: key, outcome: outcome, message: message)
        ended[key] = engine
        return engine
    }
}
