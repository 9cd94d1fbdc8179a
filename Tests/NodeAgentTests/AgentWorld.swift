import ChaosAPI
import ClusterTesting
import ControllerRuntime
import Injection
import KubernetesAPI
import Testing

@testable import NodeAgent

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A cluster in memory with an application's pod, and orders for the agent of its node.
struct AgentWorld: Sendable {
    let cluster = InMemoryCluster()
    static let order = ObjectKey(namespace: "litmus", name: "loss-helper-x-0")

    /// Runs `body` beside an agent, and ends that after it.
    func withAgent(
        _ journal: Journal, client: (any APIClient)? = nil, mayInject: Bool = true,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let client = client ?? ReviewingClient(cluster) { _ in mayInject }
        let agent = Task {
            try await InjectionAgent(node: "node-1", client: client, journal: journal, logger: quiet).run()
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        agent.cancel()
        _ = await agent.result
        try result.get()
    }

    /// An application's pod with one container.
    func makeTarget(id: String, node: String = "node-1") async throws -> TargetReference {
        var pod = Pod(name: "web-0", namespace: "shop")
        pod.spec = ["nodeName": .string(node), "containers": [["name": "main"]]]
        pod = try await cluster.create(pod)
        try await cluster.modify(Pod.self, namespace: "shop", name: "web-0", subresource: "status") {
            $0.json["status"] = [
                "phase": "Running",
                "containerStatuses": [
                    [
                        "name": "main", "ready": true, "containerID": .string("containerd://\(id)"),
                        "state": ["running": [:]],
                    ]
                ],
            ]
            return true
        }
        return TargetReference(
            node: "node-1", namespace: "shop", pod: "web-0", podUID: pod.uid, container: "main", containerID: id)
    }

    /// - Parameter status: what a former life has made of it.
    func makeOrder(
        _ targets: [TargetReference], milliseconds: Int = 60_000, id: String = Self.order.name, status: JSON? = nil,
        report: InjectionReport? = nil
    ) async throws {
        let order = InjectionOrder(
            id: id, fault: "pod-network-loss", steps: [.loseTraffic(TrafficLoss(percentage: 100))], targets: targets,
            durationMilliseconds: milliseconds)
        var pod = Pod(name: Self.order.name, namespace: Self.order.namespace)
        pod.metadata.labels = HelperContract.labels.merging([HelperContract.nodeLabel: "node-1"]) { $1 }
        pod.metadata.annotations[HelperContract.nodeAnnotation] = "node-1"
        if let report { pod.metadata.annotations[HelperContract.reportAnnotation] = try Self.text(report) }
        pod.metadata.finalizers = [HelperContract.finalizer]
        pod.spec = [
            "schedulerName": .string(HelperContract.nodeAgentScheduler), "serviceAccountName": "chaos",
            "containers": [
                [
                    "name": "loss", "image": "litmus",
                    "env": [["name": "LITMUS_ORDER", "value": .string(try Self.text(order))]],
                ]
            ],
        ]
        _ = try await cluster.create(pod)
        guard let status else { return }
        try await cluster.modify(Pod.self, namespace: pod.namespace, name: pod.name, subresource: "status") {
            $0.json["status"] = status
            return true
        }
    }

    private static func text(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    /// Waits until the order's pod is so; nil when it is gone.
    @discardableResult
    func wait(_ condition: @escaping @Sendable (Pod?, InjectionReport?) -> Bool) async throws -> (
        pod: Pod?, report: InjectionReport?
    ) {
        let found = try await cluster.waitFor(Pod.self) { pods in
            let pod = pods.first { $0.key == Self.order }
            return condition(pod, Self.report(of: pod))
        }
        let pod = found.first { $0.key == Self.order }
        return (pod, Self.report(of: pod))
    }

    static func report(of pod: Pod?) -> InjectionReport? {
        pod?.metadata.annotations[HelperContract.reportAnnotation].flatMap {
            try? JSONDecoder().decode(InjectionReport.self, from: Data($0.utf8))
        }
    }

    func delete() async throws {
        try await cluster.delete(Pod.self, namespace: Self.order.namespace, name: Self.order.name)
    }
}

/// A client that answers SubjectAccessReviews, by their `spec`.
struct ReviewingClient: APIClient {
    private let base: any APIClient
    private let allows: @Sendable (JSON) -> Bool

    init(_ base: any APIClient, _ allows: @escaping @Sendable (JSON) -> Bool) {
        self.base = base
        self.allows = allows
    }

    func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        if type.resource == "subjectaccessreviews" {
            return object.merging(patch: ["status": ["allowed": .bool(allows(object["spec"]))]])
        }
        return try await base.create(
            type, namespace: namespace, name: name, subresource: subresource, object: object, options: options)
    }

    func get(_ type: GroupVersionResource, namespace: String?, name: String, subresource: String?) async throws -> JSON
    {
        try await base.get(type, namespace: namespace, name: name, subresource: subresource)
    }

    func list(_ type: GroupVersionResource, namespace: String?, options: ListOptions) async throws -> ObjectList {
        try await base.list(type, namespace: namespace, options: options)
    }

    func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try await base.update(
            type, namespace: namespace, name: name, subresource: subresource, object: object, options: options)
    }

    func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON {
        try await base.patch(
            type, namespace: namespace, name: name, subresource: subresource, patch: patch, options: options)
    }

    func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON {
        try await base.delete(type, namespace: namespace, name: name, options: options)
    }

    func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws {
        try await base.deleteCollection(type, namespace: namespace, list: list, options: options)
    }

    func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        try await base.watch(type, namespace: namespace, options: options)
    }

    func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        try await base.podLog(namespace: namespace, name: name, options: options)
    }

    func resourceTypes() async throws -> [ResourceType] { try await base.resourceTypes() }
}
