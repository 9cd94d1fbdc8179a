import ChaosAPI
import KubernetesAPI

// What a halt means for an engine: what runs is aborted, what wants to run is refused. Both set `engineState: stop`, so
// that nothing starts by itself when the halt is lifted.

extension EngineStep {
    /// - Returns: nil for an engine that a halt does not concern: it rests, stops already, or has just come to its end.
    static func halted(_ observed: EngineObservation, by halt: Halt) -> EngineStep? {
        let engine = observed.engine
        guard engine.desiredState == .active else { return nil }
        let cause = "chaos is \(halt)"
        let advice = "after 'litmus resume', set spec.engineState to active to run it"
        guard engine.engineStatus == .initialized else {
            let message = "not started, because \(cause); \(advice)"
            return EngineStep(actions: [
                .change(
                    EngineChange(
                        state: .stop, status: .stopped, reason: Halt.statusReason, message: message, entries: .clear)),
                .event(.halted, warning: true, message),
            ])
        }
        if isOver(observed) { return nil }
        let hasBegun = !engine.runnerUID.isEmpty || !observed.pods.isEmpty
        let message = "\(hasBegun ? "aborted" : "not started"), because \(cause); \(advice)"
        return EngineStep(actions: [
            .change(EngineChange(state: .stop, reason: Halt.statusReason, message: message)),
            .event(.halted, warning: true, message),
        ])
    }

    /// Whether the runner ended by itself and left nothing behind that could still inject.
    private static func isOver(_ observed: EngineObservation) -> Bool {
        observed.runner != nil && alive(observed).isEmpty
    }

    /// Whether chaos is halted cannot be known, so it does not start, and the engine says why.
    static func haltUnreadable(
        _ why: String, _ observed: EngineObservation, _ configuration: OperatorConfiguration
    ) -> EngineStep {
        let waited = observed.engine.runStarted.map { observed.now - $0 } ?? .zero
        guard waited < configuration.dependencyTimeout else {
            return fail(observed, configuration, "HaltUnreadable", why)
        }
        var step = EngineStep(requeue: .milliseconds(500))
        step.waiting(observed.engine, "HaltUnreadable", why)
        return step
    }
}
