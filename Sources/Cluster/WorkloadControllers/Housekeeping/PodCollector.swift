import ControllerRuntime
import KubernetesAPI

/// Removes pods that nobody else will: those on a node that is gone, and deleted ones that never had a node.
struct PodCollector: Reconciler {
    let pods: Informer<Pod>
    let nodes: Informer<Node>
    let time: TimeSource
    /// How long a node must be gone: one that is only being replaced comes back.
    var quarantine = Duration.seconds(40)

    var sources: [Source] {
        let podsOfNode: @Sendable (Node) -> [ObjectKey] = { [pods] in
            pods.list(index: SchedulerReconciler.nodeIndex, $0.name).map(\.key)
        }
        return [
            .kind(pods, where: { if case .added = $0 { true } else { $0.object.metadata.isBeingDeleted } }),
            .mapped(nodes, where: { if case .deleted = $0 { true } else { false } }, to: podsOfNode),
        ]
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let pod = pods.get(key) else { return .never }
        if pod.nodeName.isEmpty {
            if pod.metadata.isBeingDeleted, pod.metadata.finalizers.isEmpty { try await remove(pod) }
            return .never
        }
        guard nodes.get(ObjectKey(namespace: "", name: pod.nodeName)) == nil else { return .never }
        let created = pod.metadata.creationTimestamp ?? time.wallClock()
        // Counted from the pod's own time where nothing better is known, so that a restart does not begin anew.
        let since = max(created, pod.metadata.deletionTimestamp ?? created)
        let age = time.wallClock() - since
        if age < quarantine { return .after(quarantine - age) }
        guard try await pods.client(find: pod.nodeName) == nil else { return .never }
        try await fail(pod)
        try await remove(pod)
        return .never
    }

    private func fail(_ pod: Pod) async throws {
        guard !pod.isFinished else { return }
        try await pods.modify(pod.key, subresource: "status") {
            guard !$0.isFinished else { return false }
            $0.json["status", "phase"] = "Failed"
            $0.json["status", "reason"] = "NodeLost"
            $0.json["status", "message"] = "the node that the pod was bound to does not exist any more"
            return true
        }
    }

    private func remove(_ pod: Pod) async throws {
        try await pods.client.delete(
            Pod.self, namespace: pod.namespace, name: pod.name,
            options: DeleteOptions(gracePeriodSeconds: 0, uid: pod.uid))
    }
}

extension Informer<Pod> {
    fileprivate func client(find node: String) async throws -> Node? { try await client.find(Node.self, name: node) }
}
