import ChaosAPI
import KubernetesAPI

/// What a helper's pod, its node and its revert pod looked like at one moment.
struct UndoingObservation: Sendable {
    enum NodeState: Sendable, Hashable {
        case ready
        case notReady
        /// No part of the cluster any more.
        case gone
        /// The operator may not ask.
        case unknown
    }

    var helper: Pod
    /// nil where there is none.
    var revert: Pod?
    var node = NodeState.unknown
    var now: Timestamp
    /// Whether the installation names the image that a revert pod runs.
    var hasImage = true
}

/// What one look at a helper's pod means for the operator, which alone lets it go: when what it injected is known to be
/// undone, or when nothing can be left of it. Pure.
struct UndoingStep: Equatable, Sendable {
    enum Action: Equatable, Sendable {
        case event(EventReason, warning: Bool = false, String)
        case createRevert
        case deleteRevert
        case release
    }

    /// In the order in which they are taken.
    var actions: [Action] = []
    /// When to look again although nothing changed.
    var requeue: Duration?

    /// How long a kubelet may take to say that a deleted helper has ended, after its grace period.
    static let patience = Duration.seconds(10)
    /// How long a node agent may take to undo and let go an order, a restart of its own included.
    static let agentPatience = Duration.seconds(30)

    init(actions: [Action] = [], requeue: Duration? = nil) {
        self.actions = actions
        self.requeue = requeue
    }

    /// Whether something is to be done of which the node has to be known.
    static func needsNode(_ helper: Pod) -> Bool {
        let state = HelperPodState(helper)
        return state.mayBeInForce && (helper.metadata.isBeingDeleted || state.hasEnded)
    }

    init(_ observed: UndoingObservation) {
        self.init()
        let helper = observed.helper
        let state = HelperPodState(helper)
        let cleanUp: [Action] = observed.revert == nil ? [] : [.deleteRevert]
        guard helper.metadata.finalizers.contains(HelperContract.finalizer) else {
            if observed.revert?.isFinished == true { actions = cleanUp }
            return
        }
        guard state.mayBeInForce else {
            actions = [.release] + cleanUp
            return
        }
        if observed.node == .gone {
            let text =
                "node \(state.node) is no part of the cluster any more, so nothing of \(helper.name) is left to undo"
            actions = [.event(.helperUndone, text), .release] + cleanUp
            return
        }
        guard let wait = Self.timeUntilLost(state, observed.now) else { return }
        if wait > .zero {
            requeue = wait
        } else {
            self = Self.undo(observed, state)
        }
    }

    /// nil for a helper that is in good hands.
    private static func timeUntilLost(_ state: HelperPodState, _ now: Timestamp) -> Duration? {
        let pod = state.pod
        let deletion = pod.metadata.deletionTimestamp
        if state.isForNodeAgent {
            let end = pod.containerStatuses.first?.terminated["finishedAt"].string.flatMap(Timestamp.init)
            guard let since = deletion ?? (pod.isFinished ? end ?? now : nil) else { return nil }
            return agentPatience - (now - since)
        }
        if state.hasEnded { return .zero }
        return deletion.map { patience - (now - $0) }
    }

    private static func undo(_ observed: UndoingObservation, _ state: HelperPodState) -> UndoingStep {
        let helper = observed.helper
        guard let revert = observed.revert else {
            guard observed.hasImage else {
                let text =
                    "the helper pod \(helper.name) did not say that it undid what it injected, and no revert pod is made, "
                    + "because the operator's LITMUS_PLATFORM names no image: run 'litmus revert' on node "
                    + "\(state.node), or set the image"
                return UndoingStep(actions: [.event(.helperLost, warning: true, text)], requeue: .seconds(60))
            }
            let text =
                "the helper pod \(helper.name) did not say that it undid what it injected; "
                + "\(RevertPod.name(for: helper)) does on node \(state.node)"
            return UndoingStep(
                actions: [.event(.helperLost, warning: true, text), .createRevert], requeue: .seconds(15))
        }
        let subject = "the revert pod \(revert.name) on node \(state.node)"
        if revert.phase == "Succeeded" {
            let text =
                "what the helper pod \(helper.name) had injected on node \(state.node) was reverted by \(revert.name)"
            return UndoingStep(actions: [.event(.helperUndone, text), .release, .deleteRevert])
        }
        if revert.metadata.isBeingDeleted { return UndoingStep(requeue: .seconds(2)) }
        let words = failure(of: revert)
        if revert.phase == "Failed" {
            let text = "\(subject) failed (\(words ?? "without a word")) and is started again"
            let event = Action.event(.helperLost, warning: true, text)
            let wait = pause(after: revert, of: helper, observed.now)
            if wait > .zero { return UndoingStep(actions: [event], requeue: wait) }
            return UndoingStep(actions: [event, .deleteRevert], requeue: .seconds(2))
        }
        var step = UndoingStep(requeue: .seconds(15))
        if observed.node == .notReady {
            step.actions = [.event(.helperLost, warning: true, "\(subject) waits: the node is not ready")]
        } else if let words {
            step.actions = [.event(.helperLost, warning: true, "\(subject) has not undone everything yet: \(words)")]
        }
        return step
    }

    /// Between two revert pods, of which the first fail at once on a node that is full.
    private static let pauses = Duration.seconds(2)...Duration.seconds(300)

    /// How long a revert pod that failed stays before another takes its place: as long again as the helper is lost, so that
    /// the pauses double without anybody counting them.
    private static func pause(after revert: Pod, of helper: Pod, _ now: Timestamp) -> Duration {
        guard let failure = end(of: revert) ?? revert.metadata.creationTimestamp else { return .zero }
        let loss = helper.metadata.deletionTimestamp ?? end(of: helper) ?? helper.metadata.creationTimestamp ?? failure
        let pause = min(max(failure - loss, pauses.lowerBound), pauses.upperBound)
        // A node's clock may be ahead.
        return min(pause - (now - failure), pauses.upperBound)
    }

    private static func end(of pod: Pod) -> Timestamp? {
        pod.containerStatuses.compactMap { $0.terminated["finishedAt"].string.flatMap(Timestamp.init) }.max()
    }

    /// What a revert pod that does not get on says of it; nil while all is well.
    private static func failure(of pod: Pod) -> String? {
        if pod.phase == "Failed" {
            let status = pod.json["status"]
            let words = [status["reason"].string, status["message"].string].compactMap { $0 }
            if !words.isEmpty { return words.joined(separator: ", ") }
        }
        for status in pod.containerStatuses {
            let ends = [status.terminated, status.json["lastState", "terminated"]]
            if let end = ends.first(where: { !$0.isNull && $0["exitCode"].int != 0 }) {
                return end["message"].string ?? "exit code \(end["exitCode"].int ?? 0)"
            }
            let reason = status.waiting["reason"].string ?? ""
            if !["", "ContainerCreating", "PodInitializing"].contains(reason) {
                return [reason, status.waiting["message"].string ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
            }
        }
        return nil
    }
}
