import AsyncHTTPClient
import KubernetesAPI
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import APIServerHTTP

@Suite struct WatchTests {
    private static let pod: JSON = ["metadata": ["namespace": "shop", "name": "web"], "status": ["phase": "Running"]]

    @Test("Events come as they happen, one JSON line each", arguments: [true, false])
    func events(http1: Bool) async throws {
        try await TestServer.run(version: http1 ? .http1Only : .automatic) { server in
            let response = try await server.request(.GET, "/api/v1/namespaces/shop/pods?watch=1&timeoutSeconds=60")
            #expect(response.status == .ok)
            var lines = EventLines(response)
            let stored = server.backend.put(Pod.type, Self.pod)
            #expect(try await lines.next() == ["type": "ADDED", "object": stored])
            let other = server.backend.put(Pod.type, ["metadata": ["namespace": "shop", "name": "two"]])
            #expect(try await lines.next() == ["type": "ADDED", "object": other])
        }
    }

    @Test("Each event of a watch by kubectl is a Table of one row")
    func tables() async throws {
        try await TestServer.run { server in
            server.backend.put(Pod.type, Self.pod)
            let response = try await server.request(
                .GET, "/api/v1/watch/namespaces/shop/pods/web", accept: AcceptTests.kubectl)
            var lines = EventLines(response)
            let event = try #require(try await lines.next())
            #expect(event["object", "kind"] == "Table")
            #expect(event["object", "rows"].array?.first?["cells"].array?.first == "web")
            #expect(server.backend.lists.last?.fieldSelector == FieldSelector(name: "web"))
        }
    }

    @Test("A watch ends at its time, cleanly", arguments: [true, false])
    func timeout(http1: Bool) async throws {
        try await TestServer.run(version: http1 ? .http1Only : .automatic) { server in
            let response = try await server.request(.GET, "/api/v1/pods?watch=true&timeoutSeconds=1")
            var lines = EventLines(response)
            #expect(try await lines.next() == nil)
        }
    }

    @Test("An error of a running watch is its last event")
    func error() async throws {
        try await TestServer.run { server in
            let response = try await server.request(.GET, "/api/v1/pods?watch=true")
            var lines = EventLines(response)
            server.backend.endWatches(throwing: .expired("too old resource version"))
            let event = try await lines.next()
            #expect(event?["type"] == "ERROR")
            #expect(event?["object", "code"] == 410)
            #expect(try await lines.next() == nil)
        }
    }

    @Test("A watch whose client has gone is let go though nothing happens", arguments: [true, false])
    func disconnect(http1: Bool) async throws {
        try await TestServer.run(version: http1 ? .http1Only : .automatic) { server in
            let watching = Task {
                let response = try await server.request(.GET, "/api/v1/pods?watch=true")
                for try await _ in response.body {}
            }
            while server.backend.openWatches == 0 { try await Task.sleep(for: .milliseconds(5)) }
            watching.cancel()
            _ = await watching.result
            let deadline = ContinuousClock.now + .seconds(5)
            while server.backend.openWatches > 0, .now < deadline { try await Task.sleep(for: .milliseconds(5)) }
            #expect(server.backend.openWatches == 0)
        }
    }

    @Test("Open watches end cleanly and at once when the server stops", arguments: [true, false])
    func shutdown(http1: Bool) async throws {
        let clock = ContinuousClock()
        let stopped = Mutex(clock.now)
        let watching = Mutex<[Task<Int, any Error>]>([])
        try await TestServer.run(version: http1 ? .http1Only : .automatic) { server in
            let count = http1 ? 8 : 50
            for _ in 0..<count {
                let task = Task {
                    let response = try await server.request(.GET, "/api/v1/pods?watch=true")
                    return try await response.body.reduce(0) { $0 + $1.readableBytes }
                }
                watching.withLock { $0.append(task) }
            }
            while server.backend.openWatches < count { try await Task.sleep(for: .milliseconds(5)) }
            stopped.withLock { $0 = clock.now }
        }
        #expect(clock.now - stopped.withLock { $0 } < .seconds(2))
        for task in watching.withLock({ $0 }) { #expect(try await task.value == 0) }
    }
}
