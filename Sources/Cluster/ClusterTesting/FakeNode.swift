import KubernetesAPI

/// Plays a node's agent: pods bound to it become running and ready at once, and vanish when they are deleted.
public struct FakeNode: Sendable {
    public let name: String
    private let cluster: InMemoryCluster
    private let outcome: @Sendable (Pod) -> Outcome

    /// What becomes of a pod.
    public enum Outcome: Sendable {
        case ready
        case notReady
        case succeeds
        case fails(exitCode: Int)
        /// Stays pending.
        case nothing
        /// Left to the test, also when it is deleted.
        case unmanaged
    }

    public init(
        _ name: String = "node-1", in cluster: InMemoryCluster,
        outcome: @escaping @Sendable (Pod) -> Outcome = { _ in .ready }
    ) {
        self.name = name
        self.cluster = cluster
        self.outcome = outcome
    }

    /// The Node object, ready, with room for 110 pods.
    public var object: Node {
        var node = Node(name: name)
        node.metadata.labels = ["kubernetes.io/hostname": name, "kubernetes.io/os": "linux"]
        return node
    }

    public static let status: JSON = [
        "allocatable": ["cpu": "4", "memory": "8Gi", "pods": "110"],
        "conditions": [["type": "Ready", "status": "True"]],
    ]

    /// Creates the Node object if it is not there, and runs pods until cancelled.
    public func run() async throws {
        if try await cluster.find(Node.self, name: name) == nil {
            _ = try await cluster.create(object)
            try await cluster.modify(Node.self, name: name, subresource: "status") {
                $0.json["status"] = Self.status
                return true
            }
        }
        let events = try await cluster.watch(Pod.type.gvr, namespace: nil, options: ListOptions())
        for try await event in events {
            let pod = Pod(json: event.object)
            guard pod.nodeName == name, case .added = event.asPresent else { continue }
            do {
                try await handle(pod)
            } catch let status as Status where status.isNotFound {
                continue
            }
        }
    }

    private func handle(_ pod: Pod) async throws {
        let outcome = outcome(pod)
        if case .unmanaged = outcome { return }
        if pod.metadata.isBeingDeleted {
            try await cluster.delete(
                Pod.self, namespace: pod.namespace, name: pod.name,
                options: DeleteOptions(gracePeriodSeconds: 0, uid: pod.uid))
            return
        }
        guard pod.phase == "Pending", pod.podIP.isEmpty else { return }
        switch outcome {
        case .ready: try await cluster.setPod(pod.key, phase: "Running", ready: true)
        case .notReady: try await cluster.setPod(pod.key, phase: "Running", ready: false)
        case .succeeds: try await cluster.setPod(pod.key, phase: "Succeeded", ready: false, exitCode: 0)
        case .fails(let code): try await cluster.setPod(pod.key, phase: "Failed", ready: false, exitCode: code)
        case .nothing, .unmanaged: break
        }
    }
}

extension WatchEvent {
    /// Additions and modifications alike.
    fileprivate var asPresent: WatchEvent {
        if case .modified(let object) = self { .added(object) } else { self }
    }
}
