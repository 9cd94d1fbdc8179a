import ChaosAPI
import KubernetesAPI

// An engine ends when what its helpers injected is known to be undone, or after the time that an abort may take.

extension EngineStep {
    /// `status.reason` of an engine that waits for what a lost helper has left on a node to be undone.
    static let undoing = "UndoingChaos"

    /// Helpers that have left something in force, for all that is known.
    private static func unsettled(_ observed: EngineObservation) -> [Pod] {
        observed.pods.filter { HelperPodState($0).mayBeInForce }
    }

    /// - Returns: nil when there is nothing to wait for, or no time.
    static func awaitUndoing(_ observed: EngineObservation, _ configuration: OperatorConfiguration) -> EngineStep? {
        guard !unsettled(observed).isEmpty else { return nil }
        let kept = unsettled(observed)
        guard let since = observed.runnerEnd ?? kept.compactMap(end).min() else {
            // With their deletion the time begins that this may take.
            return EngineStep(actions: deletion(kept) + sayUndoing(observed), requeue: .seconds(5))
        }
        if observed.now - since > configuration.abortTimeout { return nil }
        return EngineStep(actions: sayUndoing(observed), requeue: .seconds(5))
    }

    /// When a helper was to end, or has; nil where that is not known.
    private static func end(_ helper: Pod) -> Timestamp? {
        let ends = helper.containerStatuses.compactMap { $0.terminated["finishedAt"].string.flatMap(Timestamp.init) }
        return [helper.metadata.deletionTimestamp, ends.max()].compactMap { $0 }.min()
    }

    /// What is waited for, unless the status says something else already.
    static func sayUndoing(_ observed: EngineObservation) -> [Action] {
        let engine = observed.engine
        guard engine.statusReason.isEmpty || engine.statusReason == undoing,
            let pod = unsettled(observed).first(where: { HelperPodState($0).hasEnded })
        else { return [] }
        let message =
            "the helper pod \(pod.name) ended without having said that it undid what it injected; that is being undone on "
            + "node \(HelperPodState(pod).node), see the engine's events"
        return [.change(EngineChange(reason: undoing, message: message))]
    }

    /// What an engine that is given up leaves; nil mostly.
    static func leftBehind(_ observed: EngineObservation) -> String? {
        unsettled(observed).first.map { pod in
            "the pod \(pod.name) did not say that it undid what it injected on node \(HelperPodState(pod).node); it may "
                + "still be in force: see the engine's events, or run 'litmus revert' there"
        }
    }
}

extension EngineObservation {
    /// When the runner's container ended; nil where that is not known.
    fileprivate var runnerEnd: Timestamp? {
        let status = runner?.containerStatuses.first { $0.name == RunnerPod.containerName }
        return status?.terminated["finishedAt"].string.flatMap(Timestamp.init)
    }
}
