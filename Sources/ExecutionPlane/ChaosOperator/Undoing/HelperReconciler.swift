import ChaosAPI
import ControllerRuntime
import KubernetesAPI
import Logging

/// Lets helpers' pods go when what they injected is known to be undone, and has it undone where they were lost. Keeps
/// nothing in memory: the finalizer and the revert pod say how far it is.
struct HelperReconciler: Reconciler {
    let client: any APIClient
    let engines: Informer<ChaosEngine>
    /// Pods of all engines.
    let pods: Informer<Pod>
    /// Revert pods, in the operator's own namespace.
    let reverts: Informer<Pod>
    let events: EventRecorder
    let configuration: OperatorConfiguration
    let time: TimeSource
    let logger: Logger

    /// Index of revert pods by `NAMESPACE/NAME` of their helper.
    static let revertsByHelper = "helper"

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let helper = pods.get(key) else {
            // Somebody else let it go; what is under way may end.
            for pod in reverts.list(index: Self.revertsByHelper, key.description) where pod.isFinished {
                try await reverts.delete(pod)
            }
            return .never
        }
        var observed = UndoingObservation(
            helper: helper,
            revert: reverts.get(ObjectKey(namespace: configuration.namespace, name: RevertPod.name(for: helper))),
            now: time.wallClock(), hasImage: configuration.platform.image != nil)
        if UndoingStep.needsNode(helper) { observed.node = await node(HelperPodState(helper).node) }
        let step = UndoingStep(observed)
        for action in step.actions { try await perform(action, observed) }
        return step.requeue.map { .after($0) } ?? .never
    }

    private func node(_ name: String) async -> UndoingObservation.NodeState {
        guard !name.isEmpty else { return .gone }
        do {
            guard let node = try await client.find(Node.self, name: name) else { return .gone }
            let ready = (node.json["status", "conditions"].array ?? []).first { $0["type"].string == "Ready" }
            return ready?["status"].string == "True" ? .ready : .notReady
        } catch {
            return .unknown
        }
    }

    private func perform(_ action: UndoingStep.Action, _ observed: UndoingObservation) async throws {
        let helper = observed.helper
        switch action {
        case .event(let reason, let warning, let message): tell(helper, reason, warning, message)
        case .createRevert: try await createRevert(helper)
        case .deleteRevert: if let revert = observed.revert { try await reverts.delete(revert) }
        case .release: try await release(helper)
        }
    }

    /// On the engine, and on the pod where that is gone.
    private func tell(_ helper: Pod, _ reason: EventReason, _ warning: Bool, _ message: String) {
        let uid = helper.metadata.labels[ChaosLabel.engineUID] ?? ""
        let object = engines.list(index: "uid", uid).first?.reference ?? helper.reference
        logger.notice("\(message)", metadata: ["helper": "\(helper.key)"])
        if warning {
            events.warning(object, reason: reason.rawValue, message)
        } else {
            events.normal(object, reason: reason.rawValue, message)
        }
    }

    private func createRevert(_ helper: Pod) async throws {
        guard let image = configuration.platform.image else { return }
        let pod = RevertPod.make(
            for: helper, node: HelperPodState(helper).node, image: image, namespace: configuration.namespace,
            platform: configuration.platform)
        do {
            _ = try await reverts.create(pod)
        } catch let status as Status where status.isAlreadyExists {
            // The answer to an earlier attempt was lost.
        } catch let status as Status {
            let why = status.explained("create", on: "pods")
            tell(
                helper, .helperLost, true,
                "the revert pod \(pod.name) cannot be made in namespace \(pod.namespace): \(why); until then run "
                    + "'litmus revert' on node \(HelperPodState(helper).node)")
            throw status
        }
    }

    /// Only as it was seen: an order that a node agent begins in this moment is not let go.
    private func release(_ helper: Pod) async throws {
        do {
            _ = try await client.patch(
                Pod.self, namespace: helper.namespace, name: helper.name, HelperPodState(helper).release)
        } catch let status as Status where status.isNotFound {}
    }
}
