import ClusterTesting
import KubernetesAPI
import Logging
import Synchronization
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(1))) struct PodWaitTests {
    private let cluster = InMemoryCluster()
    private let clock = ManualClock()
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func create(_ name: String, app: String = "web") async throws {
        var pod = Pod(name: name, namespace: "shop")
        pod.metadata.labels = ["app": app]
        pod.spec = ["containers": [["name": "main"]]]
        _ = try await cluster.create(pod)
    }

    private func wait(
        within limit: Duration = .seconds(5), labels: LabelSelector = .everything,
        until condition: @escaping @Sendable ([Pod]) -> String?
    ) async throws -> String? {
        try await PodWait(client: cluster, time: TimeSource(clock), logger: quiet)(
            namespace: "shop", labels: labels, within: limit, until: condition)
    }

    @Test("what holds already is known after one list")
    func atOnce() async throws {
        try await create("a")
        #expect(try await wait { $0.count == 1 ? nil : "no pod" } == nil)
        #expect(cluster.requests.filter { $0.verb == "list" }.count == 1)
    }

    @Test("each change is looked at, only of pods that are meant")
    func changes() async throws {
        let seen = Mutex<[Int]>([])
        async let missing = wait(labels: LabelSelector(matching: ["app": "web"])) { pods in
            seen.withLock { $0.append(pods.count) }
            return pods.count == 2 ? nil : "\(pods.count) of 2"
        }
        while seen.withLock({ $0.isEmpty }) { await Task.yield() }
        try await create("other", app: "db")
        try await create("a")
        try await create("b")
        #expect(try await missing == nil)
        #expect(seen.withLock { Set($0).isSubset(of: [0, 1, 2]) })
    }

    @Test("what a pod shows for a moment is not missed, however soon it is deleted")
    func moments() async throws {
        try await create("a")
        let seen = Mutex<[String]>([])
        async let missing = wait { pods in
            seen.withLock { $0 += pods.compactMap { $0.metadata.annotations["word"] } }
            return pods.isEmpty ? nil : "there is a pod"
        }
        while cluster.openWatches == 0 { await Task.yield() }
        for word in ["first", "last"] {
            _ = try await cluster.patch(
                Pod.self, namespace: "shop", name: "a", .merge(["metadata": ["annotations": ["word": .string(word)]]]))
        }
        try await cluster.delete(Pod.self, namespace: "shop", name: "a")
        #expect(try await missing == nil)
        #expect(seen.withLock { $0 } == ["first", "last"])
    }

    @Test("after the limit it is told what is missing")
    func late() async throws {
        let isLooked = Mutex(false)
        async let missing = wait { pods in
            isLooked.withLock { $0 = true }
            return "\(pods.count) of 1"
        }
        while !isLooked.withLock({ $0 }) { await Task.yield() }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        #expect(try await missing == "0 of 1")
    }

    @Test("a refused list is told at once, not taken for an empty one after the limit")
    func forbidden() async throws {
        cluster.onRequest { request in
            if request.verb == "list" { throw Status.forbidden(Pod.type.gvr, name: "", "no list") }
        }
        let status = await #expect(throws: Status.self) { try await wait { _ in nil } }
        #expect(status?.isForbidden == true)
    }

    @Test("a cluster that never answers is told from one without pods")
    func neverListed() async throws {
        cluster.onRequest { request in
            if request.verb == "list" { throw Status.internalError("the store is down") }
        }
        let task = Task { try await wait { _ in nil } }
        // The limit, and the pause before the next attempt.
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(5))
        let error = await #expect(throws: PodWait.NeverListed.self) { try await task.value }
        #expect(error?.description.contains("namespace shop could not be listed within 5 s") == true)
        #expect(error?.description.contains("the store is down") == true)
    }

    @Test("a list that fails for a moment is repeated")
    func repeated() async throws {
        let failures = Mutex(2)
        cluster.onRequest { request in
            guard request.verb == "list" else { return }
            let left = failures.withLock { left in
                left -= 1
                return left
            }
            if left >= 0 { throw Status.internalError("down") }
        }
        let missing = try await PodWait(client: cluster, logger: quiet)(
            namespace: "shop", within: .seconds(30)
        ) { $0.isEmpty ? nil : "pods" }
        #expect(missing == nil)
    }

    @Test("being cancelled ends the wait, and nothing is left watching")
    func cancelled() async throws {
        let task = Task { try await wait { _ in "never" } }
        await clock.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(cluster.openWatches == 0)
    }
}
