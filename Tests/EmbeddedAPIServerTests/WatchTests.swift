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
