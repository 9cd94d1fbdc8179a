import ControllerRuntime
import KubernetesAPI
import Synchronization

/// Binds pods that have no node. Reads the cache and what it has just bound itself, so it must run with one worker: then
/// no two pods are given the same room.
final class SchedulerReconciler: Reconciler {
    static let name = "default-scheduler"
    static let nodeIndex = "node"

    private let client: any APIClient
    private let pods: Informer<Pod>
    private let nodes: Informer<Node>
    private let events: EventRecorder
    private let time: TimeSource
    /// Bindings that the cache does not show yet: node by pod UID. Only a cache: the API has the truth.
    private let bound = Mutex<[String: (node: String, pod: Pod)]>([:])

    init(client: any APIClient, pods: Informer<Pod>, nodes: Informer<Node>, events: EventRecorder, time: TimeSource) {
        self.client = client
        self.pods = pods
        self.nodes = nodes
        self.events = events
        self.time = time
        pods.addIndex(Self.nodeIndex) { [$0.nodeName] }
    }

    /// Pods without a node; those once more when a node changes or room becomes free.
    var sources: [Source] {
        let waiting: @Sendable () -> [ObjectKey] = { [pods] in
            pods.list(index: Self.nodeIndex, "").filter(Self.isWaiting).map(\.key)
        }
        return [
            .kind(pods, where: { Self.isWaiting($0.object) && !$0.isStatusOnly }),
            .mapped(pods, where: { $0.freesRoom }, to: { _ in waiting() }),
            .mapped(nodes, where: { $0.isNoHeartbeat }, to: { _ in waiting() }),
        ]
    }

    private static func isWaiting(_ pod: Pod) -> Bool {
        let scheduler = pod.spec["schedulerName"].string ?? name
        return pod.nodeName.isEmpty && pod.isActive && scheduler == name
            && (pod.spec["schedulingGates"].array ?? []).isEmpty
    }

    func reconcile(_ key: ObjectKey) async throws -> Requeue {
        guard let pod = pods.get(key), Self.isWaiting(pod) else { return .never }
        let assumed = assumedBindings()
        guard assumed[pod.uid] == nil else { return .never }
        let step = SchedulingStep(pod: pod, nodes: nodes.list(), pods: podsByNode(assumed))
        switch step.decision {
        case .bind(let node): try await bind(pod, to: node)
        case .unschedulable(let message): try await report(pod, message)
        }
        return .never
    }

    /// What was bound and is not in the cache yet.
    private func assumedBindings() -> [String: (node: String, pod: Pod)] {
        bound.withLock { bound in
            bound = bound.filter { _, binding in
                guard let pod = pods.get(binding.pod.key), pod.uid == binding.pod.uid else { return false }
                return pod.nodeName.isEmpty
            }
            return bound
        }
    }

    private func podsByNode(_ assumed: [String: (node: String, pod: Pod)]) -> [String: [Pod]] {
        var pods: [String: [Pod]] = [:]
        for node in nodes.list() { pods[node.name] = self.pods.list(index: Self.nodeIndex, node.name) }
        for binding in assumed.values { pods[binding.node, default: []].append(binding.pod) }
        return pods
    }

    private func bind(_ pod: Pod, to node: String) async throws {
        let binding: JSON = [
            "apiVersion": "v1", "kind": "Binding",
            "metadata": ["name": .string(pod.name), "namespace": .string(pod.namespace), "uid": .string(pod.uid)],
            "target": ["apiVersion": "v1", "kind": "Node", "name": .string(node)],
        ]
        do {
            _ = try await client.create(
                Pod.type.gvr, namespace: pod.namespace, name: pod.name, subresource: "binding", object: binding,
                options: WriteOptions())
        } catch let status as Status where status.isNotFound || status.isConflict {
            return
        }
        bound.withLock { $0[pod.uid] = (node, pod) }
        events.normal(
            pod.reference, reason: "Scheduled", "Successfully assigned \(pod.namespace)/\(pod.name) to \(node)")
    }

    private func report(_ pod: Pod, _ message: String) async throws {
        events.warning(pod.reference, reason: "FailedScheduling", message)
        var conditions = Conditions(pod.json["status"])
        conditions.set(
            Condition("PodScheduled", false, reason: "Unschedulable", message), now: time.wallClock())
        var status = pod.json["status"]
        status["conditions"] = conditions.json
        if status["phase"].isNull { status["phase"] = "Pending" }
        do {
            try await pods.writeStatus(pod, status)
        } catch let failure as Status where failure.isConflict {
            return
        }
    }
}

extension Change<Pod> {
    /// A change of the status alone cannot make a pod fit.
    fileprivate var isStatusOnly: Bool {
        guard case .updated(let old, let new) = self else { return false }
        return old.spec == new.spec && old.metadata.labels == new.metadata.labels
    }

    /// A pod left its node, or ended.
    fileprivate var freesRoom: Bool {
        switch self {
        case .added: false
        case .deleted(let pod): !pod.nodeName.isEmpty
        case .updated(let old, let new): new.isFinished && !old.isFinished
        }
    }
}
