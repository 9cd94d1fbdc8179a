import KubernetesAPI
import Testing

@Suite(.timeLimit(.minutes(5))) struct WatchConformanceTests {
    private static let type = ConfigMap.type.gvr

    @Test("without a version the present state comes first, then what changes", arguments: Implementation.allCases)
    func presentState(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(configMap("a"))
            _ = try await cluster.client.create(configMap("b"))
            for version in ["", "0"] {
                let stream = try await cluster.client.watch(
                    Self.type, namespace: "test", options: ListOptions(resourceVersion: version))
                // Kubernetes promises no order among them.
                #expect(try await take(2, of: stream).map(\.summary).sorted() == ["ADDED a", "ADDED b"])
                let made = try await cluster.client.create(configMap("c"))
                let event = try await take(1, of: stream)
                #expect(event == [.added(made.json)])
                try await cluster.client.delete(ConfigMap.self, namespace: "test", name: "c")
            }
        }
    }

    @Test("from a version on every change comes once, in order and whole", arguments: Implementation.allCases)
    func fromVersion(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            let version = try await client.create(configMap("a")).metadata.resourceVersion
            let made = try await client.create(configMap("b"))
            let stream = try await client.watch(
                Self.type, namespace: "test", options: ListOptions(resourceVersion: version))
            let changed = try await client.update(configMap("b", ["k": "v"]))
            try await client.delete(ConfigMap.self, namespace: "test", name: "b")
            let events = try await take(3, of: stream)
            #expect(events.prefix(2) == [.added(made.json), .modified(changed.json)])
            #expect(events.last?.summary == "DELETED b")
            #expect(events.last?.object["data"] == ["k": "v"])
            // The version of the deletion: a watch from it goes on without the object.
            let last = try #require(events.last?.version)
            #expect(last != changed.metadata.resourceVersion)
            let next = try await client.watch(
                Self.type, namespace: "test", options: ListOptions(resourceVersion: last))
            let after = try await client.create(configMap("c"))
            #expect(try await take(1, of: next) == [.added(after.json)])
        }
    }

    @Test("initial events end with a bookmark of the kind that says so", arguments: Implementation.ownClusters)
    func initialEvents(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            _ = try await cluster.client.create(configMap("a"))
            let version = try await cluster.version()
            let stream = try await cluster.client.watch(
                Self.type, namespace: "test", options: ListOptions(allowWatchBookmarks: true, sendInitialEvents: true))
            let events = try await take(2, of: stream)
            #expect(events.map(\.typeName) == ["ADDED", "BOOKMARK"])
            let bookmark = try #require(events.last)
            #expect(bookmark.object["kind"] == "ConfigMap" && bookmark.object["apiVersion"] == "v1")
            #expect(bookmark.object["metadata", "annotations", "k8s.io/initial-events-end"] == "true")
            #expect(bookmark.version == version)
            let made = try await cluster.client.create(configMap("b"))
            #expect(try await take(1, of: stream) == [.added(made.json)])
        }
    }

    @Test(
        "bookmarks move on with changes of other kinds, and a time-out ends the watch",
        arguments: Implementation.ownServers)
    func bookmarks(_ implementation: Implementation) async throws {
        try await implementation.run(.init(bookmarkInterval: .milliseconds(200))) { cluster in
            let stream = try await cluster.client.watch(
                Pod.type.gvr, namespace: nil,
                options: ListOptions(
                    resourceVersion: try await cluster.version(), allowWatchBookmarks: true, timeoutSeconds: 1))
            let other = try await cluster.client.create(configMap("a"))
            var events: [WatchEvent] = []
            for try await event in stream { events.append(event) }
            #expect(events.count > 1 && events.allSatisfy { $0.typeName == "BOOKMARK" })
            #expect(events.last?.version == other.metadata.resourceVersion)
        }
    }

    @Test("a watch that asked for no bookmarks gets none", arguments: Implementation.servers)
    func noBookmarks(_ implementation: Implementation) async throws {
        try await implementation.run(.init(bookmarkInterval: .milliseconds(100))) { cluster in
            let options = ListOptions(resourceVersion: try await cluster.version(), timeoutSeconds: 1)
            var events: [WatchEvent] = []
            for try await event in try await cluster.client.watch(Self.type, namespace: "test", options: options) {
                events.append(event)
            }
            #expect(events == [])
        }
    }

    @Test("objects that begin or cease to match a selector are added and deleted", arguments: Implementation.allCases)
    func selectors(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            let stream = try await client.watch(
                Self.type, namespace: "test",
                options: ListOptions(
                    labelSelector: LabelSelector(matching: ["app": "web"]), resourceVersion: try await cluster.version()
                ))
            _ = try await client.create(configMap("other", labels: ["app": "db"]))
            var object = try await client.create(configMap("a", labels: ["app": "db"]))
            for value in ["web", "web", "db"] {
                object.metadata.labels = ["app": value]
                object.data["turn", default: ""] += "x"
                object = try await client.update(object)
            }
            let events = try await take(3, of: stream)
            #expect(events.map(\.summary) == ["ADDED a", "MODIFIED a", "DELETED a"])
            // As it was when it last matched, with the version from which a watch can go on.
            #expect(events.last?.object["metadata", "labels", "app"] == "web")
            #expect(events.last?.version == object.metadata.resourceVersion)
        }
    }

    @Test("a watch sees its namespace and its fields only, or all namespaces", arguments: Implementation.allCases)
    func scope(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            let version = try await cluster.version()
            let here = try await client.watch(
                Self.type, namespace: "test", options: ListOptions(resourceVersion: version))
            let everywhere = try await client.watch(
                Self.type, namespace: nil, options: ListOptions(resourceVersion: version))
            let named = try await client.watch(
                Self.type, namespace: "test",
                options: ListOptions(fieldSelector: FieldSelector(name: "b"), resourceVersion: version))
            _ = try await client.create(ConfigMap(name: "z", namespace: "default"))
            _ = try await client.create(configMap("a"))
            _ = try await client.create(configMap("b"))
            #expect(try await take(2, of: here).map(\.summary) == ["ADDED a", "ADDED b"])
            #expect(try await take(3, of: everywhere).map(\.summary) == ["ADDED z", "ADDED a", "ADDED b"])
            #expect(try await take(1, of: named).map(\.summary) == ["ADDED b"])
        }
    }

    @Test("a version that is no longer kept is expired, the present state is not", arguments: Implementation.allCases)
    func expired(_ implementation: Implementation) async throws {
        try await implementation.run(.init(changesKept: 5)) { cluster in
            var old = try await cluster.client.create(configMap("a")).metadata.resourceVersion
            if cluster.isShared { old = "1" } else { try await cluster.forgetChanges() }
            let refused = try await refusal(of: {
                let stream = try await cluster.client.watch(
                    Self.type, namespace: "test", options: ListOptions(resourceVersion: old))
                // A server may also answer with an event.
                return try await take(1, of: stream)
            })
            #expect(refused?.isExpired == true && refused?.code == 410)
            for version in ["", "0"] {
                let stream = try await cluster.client.watch(
                    Self.type, namespace: "test", options: ListOptions(resourceVersion: version))
                #expect(try await take(1, of: stream).map(\.summary) == ["ADDED a"])
            }
        }
    }

    @Test("a cancelled task leaves its watch", arguments: Implementation.allCases)
    func cancellation(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            _ = try await client.create(configMap("a"))
            let (seen, continuation) = AsyncStream.makeStream(of: String.self)
            let task = Task {
                let stream = try await client.watch(Self.type, namespace: "test", options: ListOptions())
                for try await event in stream { continuation.yield(event.summary) }
            }
            for await summary in seen {
                #expect(summary == "ADDED a")
                break
            }
            task.cancel()
            // Ends, and not with what looks like trouble with the cluster.
            if case .failure(let error) = await task.result { #expect(error is CancellationError, "\(error)") }
        }
    }

    @Test("a thousand changes come through, none lost and none twice", arguments: Implementation.allCases)
    func many(_ implementation: Implementation) async throws {
        try await implementation.run { cluster in
            let client = cluster.client
            let stream = try await client.watch(
                Self.type, namespace: "test", options: ListOptions(resourceVersion: try await cluster.version()))
            async let events = take(1000, of: stream)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<10 {
                    group.addTask {
                        for index in 0..<100 { _ = try await client.create(configMap("o-\(writer)-\(index)")) }
                    }
                }
                try await group.waitForAll()
            }
            let seen = try await events
            #expect(Set(seen.map(\.summary)).count == 1000)
            let versions = seen.compactMap { $0.version.flatMap(Int.init) }
            #expect(versions == versions.sorted())
        }
    }
}
