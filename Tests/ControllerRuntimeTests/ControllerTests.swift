import ClusterTesting
import KubernetesAPI
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(1))) struct ControllerTests {
    private struct Failure: Error {}

    private struct Closure: Reconciler {
        var body: @Sendable (ObjectKey) async throws -> Requeue
        func reconcile(_ key: ObjectKey) async throws -> Requeue { try await body(key) }
    }

    private func run(
        _ cluster: InMemoryCluster, sources: (ControllerManager) -> [Source],
        reconcile: @escaping @Sendable (ObjectKey) async throws -> Requeue,
        during body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let manager = ControllerManager(client: cluster)
        manager.addController("test", reconciler: Closure(body: reconcile), sources: sources(manager), workers: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await manager.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test("an owned object wakes its owner")
    func ownedWakesOwner() async throws {
        let cluster = InMemoryCluster()
        let owner = try await cluster.create(ReplicaSet(name: "web", namespace: "ns"))
        let (keys, continuation) = AsyncStream<ObjectKey>.makeStream()
        try await run(cluster) {
            [.owned($0.informer(Pod.self), by: ReplicaSet.type)]
        } reconcile: {
            continuation.yield($0)
            return .never
        } during: {
            var pod = Pod(name: "web-1", namespace: "ns")
            pod.metadata.ownerReferences = [OwnerReference(to: owner)]
            _ = try await cluster.create(pod)
            var iterator = keys.makeAsyncIterator()
            #expect(await iterator.next() == owner.key)
        }
    }

    @Test("a failing key is tried again until it succeeds, a terminal failure is not")
    func retries() async throws {
        let cluster = InMemoryCluster()
        let attempts = Mutex<[String: Int]>([:])
        let (done, continuation) = AsyncStream<String>.makeStream()
        for name in ["flaky", "hopeless"] { _ = try await cluster.create(ConfigMap(name: name, namespace: "ns")) }
        try await run(cluster) {
            [.kind($0.informer(ConfigMap.self))]
        } reconcile: { key in
            let attempt = attempts.withLock {
                $0[key.name, default: 0] += 1
                return $0[key.name, default: 0]
            }
            if key.name == "hopeless" { throw TerminalError(Failure()) }
            if attempt < 4 { throw Failure() }
            continuation.yield(key.name)
            return .never
        } during: {
            var iterator = done.makeAsyncIterator()
            #expect(await iterator.next() == "flaky")
        }
        #expect(attempts.withLock { $0 } == ["flaky": 4, "hopeless": 1])
    }

    @Test("requeue after a time comes without a change")
    func requeues() async throws {
        let cluster = InMemoryCluster()
        _ = try await cluster.create(ConfigMap(name: "a", namespace: "ns"))
        let (keys, continuation) = AsyncStream<ObjectKey>.makeStream()
        try await run(cluster) {
            [.kind($0.informer(ConfigMap.self))]
        } reconcile: {
            continuation.yield($0)
            return .after(.milliseconds(1))
        } during: {
            var iterator = keys.makeAsyncIterator()
            for _ in 0..<3 { #expect(await iterator.next() != nil) }
        }
    }

    @Test("a graceful shutdown ends a reconciliation that hangs")
    func stops() async throws {
        let cluster = InMemoryCluster()
        _ = try await cluster.create(ConfigMap(name: "a", namespace: "ns"))
        let manager = ControllerManager(client: cluster)
        let (started, continuation) = AsyncStream<Void>.makeStream()
        let hanging = Closure { _ in
            continuation.yield()
            try await ContinuousClock().sleep(for: .seconds(600))
            return .never
        }
        manager.addController("test", reconciler: hanging, sources: [.kind(manager.informer(ConfigMap.self))])
        let group = ServiceGroup(configuration: .init(services: [manager], logger: .init(label: "test")))
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = started.makeAsyncIterator()
            await iterator.next()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(ContinuousClock.now - began < .seconds(2))
    }
}
