import ClusterTesting
import Injection
import KubernetesAPI
import Logging

/// A namespace with one pod of one container, as a kubelet shows it.
struct Fixture: Sendable {
    let cluster = InMemoryCluster()

    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    /// - Returns: the pod's container, as an order names it.
    func makePod(restartPolicy: String = "Always") async throws -> TargetReference {
        var pod = Pod(name: "web-0", namespace: "shop")
        pod.spec = [
            "nodeName": "node-1", "restartPolicy": .string(restartPolicy), "containers": [["name": "main"]],
        ]
        pod = try await cluster.create(pod)
        try await set(id: "first")
        return TargetReference(
            node: "node-1", namespace: "shop", pod: "web-0", podUID: pod.uid, container: "main", containerID: "first")
    }

    /// Shows another state of the container.
    func set(
        id: String, ready: Bool = true, state: JSON = ["running": [:]], phase: String = "Running"
    ) async throws {
        try await cluster.modify(Pod.self, namespace: "shop", name: "web-0", subresource: "status") { pod in
            pod.json["status"] = [
                "phase": .string(phase),
                "containerStatuses": [
                    [
                        "name": "main", "ready": .bool(ready), "containerID": .string("containerd://\(id)"),
                        "state": state,
                    ]
                ],
            ]
            return true
        }
    }
}
