import ChaosAPI
import KubernetesAPI

/// What one look at an order's pod means for the agent of its node. Pure.
enum OrderStep: Equatable, Sendable {
    case nothing
    /// Carry it out.
    case take
    /// Undo it now.
    case cancel
    /// It was begun in a former life: undo it, and never begin it again.
    case abandon
    /// Nothing of it is left; let the pod go.
    case release

    init(_ pod: Pod, node: String, isExecuting: Bool) {
        let state = HelperPodState(pod)
        // Another node may have the same label.
        guard state.isForNodeAgent, state.node == node else {
            self = .nothing
            return
        }
        if isExecuting {
            self = pod.metadata.isBeingDeleted ? .cancel : .nothing
        } else if ["", "Pending"].contains(pod.phase) {
            self = pod.metadata.isBeingDeleted ? .release : .take
        } else if pod.isFinished {
            let isKept = pod.metadata.finalizers.contains(HelperContract.finalizer)
            self = !isKept ? .nothing : state.isUndone ? .release : .abandon
        } else {
            self = .abandon
        }
    }
}
