import KubernetesAPI
import Testing

@testable import EmbeddedAPIServer

@Suite("Watches")
struct WatchTests {
    private let type = ConfigMap.type.gvr

    /// `TYPE name` of the next events.
    private func take(
        _ count: Int, of stream: AsyncThrowingStream<WatchEvent, any Error>
    ) async throws -> [String] {
        var seen: [String] = []
        for try await event in stream {
            seen.append("\(event.typeName) \(event.object["metadata", "name"].string ?? "-")")
            if seen.count == count { break }
        }
        return seen
    }

    @Test("without a version, the present state comes first; with one, what changed since")
    func beginnings() async throws {
        let test = try await TestServer()
        let client = test.client
        let first = try await client.create(configMap("a"))
        _ = try await client.create(configMap("b"))
        for version in ["", "0"] {
            let stream = try await client.watch(type, namespace: "test", options: ListOptions(resourceVersion: version))
            #expect(try await take(2, of: stream) == ["ADDED a", "ADDED b"])
        }
        let since = try await client.watch(
            type, namespace: "test", options: ListOptions(resourceVersion: first.metadata.resourceVersion))
        _ = try await client.update(configMap("b", ["k": "v"]))
        try await client.delete(ConfigMap.self, namespace: "test", name: "a")
        #expect(try await take(3, of: since) == ["ADDED b", "MODIFIED b", "DELETED a"])
    }

    @Test("WatchList marks the end of the present state with a bookmark of its kind")
    func watchList() async throws {
        let test = try await TestServer()
        let client = test.client
        _ = try await client.create(configMap("a"))
        let version = try await client.version()
        let options = ListOptions(
            resourceVersionMatch: "NotOlderThan", allowWatchBookmarks: true, sendInitialEvents: true)
        var events: [WatchEvent] = []
        for try await event in try await client.watch(type, namespace: "test", options: options) {
            events.append(event)
            if events.count == 2 { break }
        }
        let bookmark = try #require(events.last)
        #expect(events.map(\.typeName) == ["ADDED", "BOOKMARK"])
        #expect(bookmark.object["kind"] == "ConfigMap" && bookmark.object["apiVersion"] == "v1")
        #expect(bookmark.object["metadata", "annotations", "k8s.io/initial-events-end"] == "true")
        #expect(bookmark.object["metadata", "resourceVersion"].string == version)
    }

    @Test("objects that begin or cease to match a selector are added and deleted")
    func selectors() async throws {
        let test = try await TestServer()
        let client = test.client
        let options = ListOptions(
            labelSelector: LabelSelector(matching: ["app": "web"]), resourceVersion: try await client.version())
        let stream = try await client.watch(type, namespace: "test", options: options)
        var object = try await client.create(configMap("a", labels: ["app": "db"]))
        for value in ["web", "web", "db"] {
            object.metadata.labels = ["app": value]
            object.data["turn"] = (object.data["turn"] ?? "") + "x"
            object = try await client.update(object)
        }
        var events: [WatchEvent] = []
        for try await event in stream {
            events.append(event)
            if events.count == 3 { break }
        }
        #expect(events.map(\.typeName) == ["ADDED", "MODIFIED", "DELETED"])
        // As it was when it last matched, but with the version from which the watch can go on.
        #expect(events[2].object["metadata", "labels", "app"] == "web")
        #expect(events[2].object["metadata", "resourceVersion"].string == object.metadata.resourceVersion)
    }

    @Test("field selectors pick by name and by the fields of the kind, others are refused")
    func fields() async throws {
        let test = try await TestServer()
        _ = try await test.client.create(pod("a", node: "n1"))
        _ = try await test.client.create(pod("b", node: "n2"))
        let onNode = try await test.client.list(
            Pod.self, fields: try FieldSelector(parsing: "spec.nodeName=n2"))
        #expect(onNode.map(\.name) == ["b"])
        let named = try await test.client.list(Pod.self, namespace: "test", fields: FieldSelector(name: "a"))
        #expect(named.map(\.name) == ["a"])
        let refused = await status {
            try await test.client.list(Pod.self, fields: try FieldSelector(parsing: "spec.image=x"))
        }
        #expect(refused?.message == "field label not supported: spec.image")
    }

    @Test("a version that is no longer kept is expired, as is one of another cluster")
    func expired() async throws {
        let test = try await TestServer(APIServerConfiguration(storage: .ephemeral, changesKept: 5))
        let client = test.client
        let old = try await client.create(configMap("a"))
        for index in 0..<10 { _ = try await client.create(configMap("o\(index)")) }
        for version in [old.metadata.resourceVersion, "99999"] {
            let refused = await status {
                try await client.watch(type, namespace: "test", options: ListOptions(resourceVersion: version))
            }
            #expect(refused?.isExpired == true)
        }
    }

    @Test("a watch that reads too slowly fails instead of missing changes")
    func slow() async throws {
        let test = try await TestServer(APIServerConfiguration(storage: .ephemeral, changesKept: 5))
        let client = test.client
        let stream = try await client.watch(
            type, namespace: "test", options: ListOptions(resourceVersion: try await client.version()))
        for index in 0..<10 { _ = try await client.create(configMap("o\(index)")) }
        #expect(await status { try await take(10, of: stream) }?.isExpired == true)
    }

    @Test("a timeout ends the watch with a bookmark, in between come bookmarks")
    func bookmarks() async throws {
        let test = try await TestServer(
            APIServerConfiguration(storage: .ephemeral, bookmarkInterval: .milliseconds(300)))
        let client = test.client
        let options = ListOptions(
            resourceVersion: try await client.version(), allowWatchBookmarks: true, timeoutSeconds: 1)
        let stream = try await client.watch(Pod.type.gvr, namespace: nil, options: options)
        // A change elsewhere moves the bookmark on.
        let other = try await client.create(configMap("a"))
        var last: JSON = .null
        var count = 0
        for try await event in stream {
            #expect(event.typeName == "BOOKMARK")
            last = event.object
            count += 1
        }
        #expect(count >= 2)
        #expect(last["metadata", "resourceVersion"].string == other.metadata.resourceVersion)
    }

    @Test("cancelling or dropping a watch closes it, and closing the server ends it")
    func closing() async throws {
        let test = try await TestServer()
        let store = test.server.store
        let task = Task {
            for try await _ in try await test.client.watch(type, namespace: nil, options: ListOptions()) {}
        }
        while store.openWatches < 1 { await Task.yield() }
        task.cancel()
        _ = await task.result
        #expect(store.openWatches == 0)
        do {
            let stream = try await test.client.watch(type, namespace: nil, options: ListOptions())
            #expect(store.openWatches == 1)
            withExtendedLifetime(stream) {}
        }
        #expect(store.openWatches == 0)
        let stream = try await test.client.watch(Pod.type.gvr, namespace: nil, options: ListOptions())
        async let seen = take(1, of: stream)
        try await test.server.close()
        #expect(try await seen == [])
    }

    @Test("after a restart a watch goes on from the last version it saw")
    func restart() async throws {
        let folder = try ScratchFolder()
        let configuration = APIServerConfiguration(storage: .file(path: folder.file()))
        let first = try await TestServer(configuration)
        let early = try await first.client.create(configMap("a"))
        let late = try await first.client.create(configMap("b"))
        // Changes of other kinds do not outdate it.
        _ = try await first.client.create(deployment("web"))
        try await first.server.close()
        let second = try await TestServer(configuration)
        let stream = try await second.client.watch(
            type, namespace: "test", options: ListOptions(resourceVersion: late.metadata.resourceVersion))
        _ = try await second.client.create(configMap("c"))
        #expect(try await take(1, of: stream) == ["ADDED c"])
        let refused = await status {
            try await second.client.watch(
                type, namespace: "test", options: ListOptions(resourceVersion: early.metadata.resourceVersion))
        }
        #expect(refused?.isExpired == true)
        try await second.server.close()
    }
}
