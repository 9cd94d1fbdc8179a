import ClusterTesting
import KubernetesAPI
import Logging

@testable import WorkloadControllers

/// Runs the controllers, and a node where one is given, while `body` runs.
func withControllers(
    _ cluster: InMemoryCluster, node: FakeNode? = nil, client: (any APIClient)? = nil,
    options: WorkloadControllers.Options = .init(), _ body: @escaping @Sendable () async throws -> Void
) async throws {
    let controllers = WorkloadControllers(client: client ?? cluster, options: options, logger: .quiet)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await controllers.run() }
        if let node { group.addTask { try await node.run() } }
        do {
            try await body()
        } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        while let result = await group.nextResult() {
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
    }
}

extension Logger {
    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}

enum Fixture {
    static func template(app: String = "web", image: String = "v1", cpu: String? = nil) -> JSON {
        var container: JSON = ["name": "c", "image": .string(image)]
        if let cpu { container["resources", "requests", "cpu"] = .string(cpu) }
        return ["metadata": ["labels": ["app": .string(app)]], "spec": ["containers": [container]]]
    }

    static func workload<W: Workload>(
        _: W.Type = W.self, name: String = "web", replicas: Int = 3, spec: JSON = [:]
    ) -> W {
        var workload = W(name: name, namespace: "ns")
        workload.json["spec"] = JSON.object([
            "replicas": .int(Int64(replicas)), "selector": ["matchLabels": ["app": .string(name)]],
            "template": template(app: name),
        ]).merging(patch: spec)
        return workload
    }

    static func pod(_ name: String, spec: JSON = [:], labels: [String: String] = [:], uid: String? = nil) -> Pod {
        var pod = Pod(name: name, namespace: "ns")
        pod.metadata.uid = uid ?? name
        pod.metadata.labels = labels
        pod.json["spec"] = JSON.object(["containers": [["name": "c", "image": "i"]]]).merging(patch: spec)
        return pod
    }

    /// A running, ready pod on a node.
    static func readyPod(_ name: String, since: Timestamp = Timestamp(microseconds: 0), labels: [String: String] = [:])
        -> Pod
    {
        var pod = pod(name, spec: ["nodeName": "n1"], labels: labels)
        pod.json["status"] = [
            "phase": "Running", "podIP": "10.0.0.1",
            "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": .string(since.description)]],
        ]
        return pod
    }

    static func node(
        _ name: String = "n1", spec: JSON = [:], labels: [String: String] = [:],
        allocatable: JSON = ["cpu": "2", "pods": "10"]
    ) -> Node {
        var node = Node(name: name)
        node.metadata.labels = labels
        node.json["spec"] = spec
        node.json["status", "allocatable"] = allocatable
        return node
    }
}

extension [Pod] {
    var active: [Pod] { filter { !$0.metadata.isBeingDeleted && !$0.isFinished } }
    func ready(_ count: Int) -> Bool { self.count == count && allSatisfy { $0.isReady && !$0.metadata.isBeingDeleted } }
}
