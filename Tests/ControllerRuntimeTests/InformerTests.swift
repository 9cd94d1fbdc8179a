import ClusterTesting
import KubernetesAPI
import Synchronization
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(1))) struct InformerTests {
    private func create(_ name: String, in cluster: InMemoryCluster, labels: [String: String] = [:]) async throws {
        var map = ConfigMap(name: name, namespace: "ns")
        map.metadata.labels = labels
        _ = try await cluster.create(map)
    }

    private func withRunning(
        _ informer: Informer<ConfigMap>, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await informer.run() }
            try await informer.waitForSync()
            try await body()
            group.cancelAll()
        }
    }

    @Test("events tell what is there, then each change, after the cache has it")
    func events() async throws {
        let cluster = InMemoryCluster()
        try await create("a", in: cluster)
        let informer = Informer<ConfigMap>(client: cluster)
        try await withRunning(informer) {
            var events = informer.events().makeAsyncIterator()
            #expect(await events.next()?.object.name == "a")
            try await create("b", in: cluster)
            #expect(await events.next()?.object.name == "b")
            #expect(informer.list().count == 2)
            try await cluster.delete(ConfigMap.self, namespace: "ns", name: "a")
            guard case .deleted(let gone) = await events.next() else {
                Issue.record("the deletion was not told")
                return
            }
            #expect(gone.name == "a" && informer.list().map(\.name) == ["b"])
        }
    }

    @Test("readers that are cancelled while changes come hold up neither the informer nor the cluster")
    func cancelledReaders() async throws {
        let cluster = InMemoryCluster()
        let informer = Informer<ConfigMap>(client: cluster)
        try await withRunning(informer) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        try await self.create("a", in: cluster)
                        try await cluster.delete(ConfigMap.self, namespace: "ns", name: "a")
                    }
                }
                for _ in 0..<3000 {
                    let watch = try await cluster.watch(ConfigMap.type.gvr, namespace: nil, options: ListOptions())
                    let told = Task { for await _ in informer.events() {} }
                    let watched = Task { for try await _ in watch {} }
                    await Task.yield()
                    told.cancel()
                    watched.cancel()
                    await told.value
                    _ = await watched.result
                }
                group.cancelAll()
            }
        }
    }

    @Test("a selector and a namespace limit what is kept, and what ceases to match is deleted")
    func selectors() async throws {
        let cluster = InMemoryCluster()
        try await create("a", in: cluster, labels: ["app": "web"])
        try await create("b", in: cluster)
        let informer = Informer<ConfigMap>(
            client: cluster, namespace: "ns", labels: LabelSelector(matching: ["app": "web"]))
        try await withRunning(informer) {
            #expect(informer.list().map(\.name) == ["a"])
            var events = informer.events().dropFirst().makeAsyncIterator()
            _ = try await cluster.patch(
                ConfigMap.self, namespace: "ns", name: "a", .merge(["metadata": ["labels": ["app": "db"]]]))
            guard case .deleted = await events.next() else {
                Issue.record("an object that no longer matches is still there")
                return
            }
        }
    }

    @Test("a watch that ends is resumed without a list, an expired one begins with a list")
    func resumes() async throws {
        let cluster = InMemoryCluster()
        let informer = Informer<ConfigMap>(client: cluster)
        try await withRunning(informer) {
            var events = informer.events().makeAsyncIterator()
            try await create("a", in: cluster)
            _ = await events.next()
            cluster.closeWatches()
            try await create("b", in: cluster)
            #expect(await events.next()?.object.name == "b")
            #expect(cluster.requests.filter { $0.verb == "list" }.count == 1)

            cluster.closeWatches(throwing: Status.expired("too old"))
            try await create("c", in: cluster)
            #expect(await events.next()?.object.name == "c")
            #expect(cluster.requests.filter { $0.verb == "list" }.count == 2)
        }
    }

    @Test("a change missed while the server forgot its history is found by the next list")
    func relists() async throws {
        let cluster = InMemoryCluster()
        try await create("a", in: cluster)
        let informer = Informer<ConfigMap>(client: cluster)
        try await withRunning(informer) {
            var events = informer.events().dropFirst().makeAsyncIterator()
            cluster.onRequest { if $0.verb == "watch" { throw Status.internalError("down") } }
            cluster.closeWatches()
            try await cluster.delete(ConfigMap.self, namespace: "ns", name: "a")
            cluster.compact()
            cluster.onRequest(nil)
            guard case .deleted = await events.next() else {
                Issue.record("the deletion was not found")
                return
            }
        }
    }

    @Test("where watching is forbidden, lists at intervals find the changes")
    func polls() async throws {
        let cluster = InMemoryCluster()
        cluster.onRequest { request in
            if request.verb == "watch" { throw Status.forbidden(ConfigMap.type.gvr, name: "", "no watch") }
        }
        let clock = ManualClock()
        let informer = Informer<ConfigMap>(client: cluster, time: TimeSource(clock))
        try await withRunning(informer) {
            try await create("a", in: cluster)
            await clock.waitForSleepers()
            clock.advance(by: .milliseconds(200))
            await clock.waitForSleepers()
            #expect(informer.list().map(\.name) == ["a"])
            #expect(cluster.requests.filter { $0.verb == "watch" }.count == 1)
        }
    }

    @Test("a verb that was granted later is used: after a minute of lists the watch is tried again")
    func watchesAgain() async throws {
        let cluster = InMemoryCluster()
        cluster.onRequest { request in
            if request.verb == "watch" { throw Status.forbidden(ConfigMap.type.gvr, name: "", "no watch") }
        }
        let clock = ManualClock()
        let informer = Informer<ConfigMap>(client: cluster, time: TimeSource(clock))
        @Sendable func watches() -> Int { cluster.requests.filter { $0.verb == "watch" }.count }
        try await withRunning(informer) {
            var pauses = 0
            while watches() < 2 {
                await clock.waitForSleepers()
                clock.advance(by: .seconds(5))
                pauses += 1
                try #require(pauses < 50)
            }
            // Pauses of five seconds for a minute.
            #expect((12...14).contains(pauses), "\(pauses)")
            #expect(cluster.requests.filter { $0.verb == "list" }.count <= 16)
        }
    }

    @Test("where lists fail while watching is forbidden, the pauses grow")
    func pollsBackOff() async throws {
        let cluster = InMemoryCluster()
        let isBroken = Mutex(false)
        cluster.onRequest { request in
            if request.verb == "watch" { throw Status.forbidden(ConfigMap.type.gvr, name: "", "no watch") }
            if isBroken.withLock(\.self) { throw Status.internalError("broken") }
        }
        let clock = ManualClock()
        let informer = Informer<ConfigMap>(client: cluster, time: TimeSource(clock))
        try await withRunning(informer) {
            await clock.waitForSleepers()
            isBroken.withLock { $0 = true }
            let before = cluster.requests.count
            // 5 s pass a hundred times: from the tenth failure on, pauses are 30 s.
            for _ in 0..<100 {
                await clock.waitForSleepers()
                clock.advance(by: .seconds(5))
            }
            let lists = cluster.requests.count - before
            #expect((15...40).contains(lists), "\(lists)")
            isBroken.withLock { $0 = false }
            try await create("a", in: cluster)
            for _ in 0..<20 where informer.list().isEmpty {
                await clock.waitForSleepers()
                clock.advance(by: .seconds(5))
            }
            #expect(informer.list().map(\.name) == ["a"])
        }
    }

    @Test("long lists come in chunks of 500")
    func chunks() async throws {
        let cluster = InMemoryCluster()
        for number in 0..<1100 { try await create("m\(number)", in: cluster) }
        let informer = Informer<ConfigMap>(client: cluster)
        try await withRunning(informer) {
            #expect(informer.list().count == 1100)
            #expect(cluster.requests.filter { $0.verb == "list" }.count == 3)
        }
    }

    @Test("writes through the informer are read back without waiting for the watch")
    func writesThrough() async throws {
        let cluster = InMemoryCluster()
        let informer = Informer<ConfigMap>(client: cluster)
        try await withRunning(informer) {
            for number in 0..<50 {
                let made = try await informer.create(ConfigMap(name: "m\(number)", namespace: "ns"))
                #expect(informer.get(made.key) != nil)
                try await informer.delete(made)
                #expect(informer.get(made.key)?.metadata.isBeingDeleted ?? true)
            }
        }
    }
}
