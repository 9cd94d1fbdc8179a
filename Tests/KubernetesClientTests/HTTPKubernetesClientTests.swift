import KubernetesAPI
import Synchronization
import Testing

@testable import KubernetesClient

@Suite struct HTTPKubernetesClientTests {
    private static let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")
    private static let deployments = GroupVersionResource(group: "apps", version: "v1", resource: "deployments")

    private static func options() -> HTTPKubernetesClient.Options {
        var options = HTTPKubernetesClient.Options()
        options.retries.firstDelay = .milliseconds(1)
        return options
    }

    /// A server that answers by `handler`, and a client of it.
    private func serve<Value>(
        _ handler: @escaping @Sendable (TestAPIServer.Request) -> TestAPIServer.Reply,
        connection change: (inout ClusterConnection) -> Void = { _ in },
        _ body: (HTTPKubernetesClient, TestAPIServer) async throws -> Value
    ) async throws -> Value {
        try await TestAPIServer.with(handler) { server in
            var connection = ClusterConnection(server: "http://127.0.0.1:\(server.port)")
            change(&connection)
            return try await HTTPKubernetesClient.with(connection, options: Self.options()) { client in
                try await body(client, server)
            }
        }
    }

    @Test("each call is the request that the API documents")
    func requests() async throws {
        try await serve({ _ in .json(["kind": "PodList", "metadata": ["resourceVersion": "5"]]) }) { client, server in
            _ = try await client.get(Self.pods, namespace: "ns", name: "a:b", subresource: "status")
            _ = try await client.list(
                Self.pods, namespace: nil,
                options: ListOptions(
                    labelSelector: LabelSelector(matching: ["app": "web"]), fieldSelector: FieldSelector(name: "x"),
                    limit: 500, continueToken: "c/1"))
            _ = try await client.create(
                Self.deployments, namespace: "ns", name: nil, subresource: nil, object: ["a": 1],
                options: WriteOptions(dryRun: true, fieldManager: "me", fieldValidation: "Strict"))
            _ = try await client.update(
                Self.pods, namespace: "ns", name: "p", subresource: nil, object: ["b": 1], options: WriteOptions())
            _ = try await client.patch(
                Self.deployments, namespace: "ns", name: "d", subresource: "scale", patch: .apply(["c": 1]),
                options: WriteOptions(force: true))
            _ = try await client.delete(
                Self.pods, namespace: "ns", name: "p",
                options: DeleteOptions(gracePeriodSeconds: 0, propagationPolicy: .foreground, uid: "u", dryRun: true))
            try await client.deleteCollection(
                Self.pods, namespace: "ns", list: ListOptions(labelSelector: LabelSelector(matching: ["a": "b"])),
                options: DeleteOptions())
            let seen = server.requests.map { "\($0.method) \($0.target) \($0.body)" }
            #expect(
                seen == [
                    "GET /api/v1/namespaces/ns/pods/a:b/status ",
                    "GET /api/v1/pods?labelSelector=app%3Dweb&fieldSelector=metadata.name%3Dx&limit=500&continue=c%2F1 ",
                    "POST /apis/apps/v1/namespaces/ns/deployments?dryRun=All&fieldManager=me&fieldValidation=Strict "
                        + #"{"a":1}"#,
                    #"PUT /api/v1/namespaces/ns/pods/p?fieldManager=litmus {"b":1}"#,
                    "PATCH /apis/apps/v1/namespaces/ns/deployments/d/scale?fieldManager=litmus&force=true "
                        + #"{"c":1}"#,
                    "DELETE /api/v1/namespaces/ns/pods/p "
                        + #"{"apiVersion":"v1","dryRun":["All"],"gracePeriodSeconds":0,"kind":"DeleteOptions","#
                        + #""preconditions":{"uid":"u"},"propagationPolicy":"Foreground"}"#,
                    "DELETE /api/v1/namespaces/ns/pods?labelSelector=a%3Db "
                        + #"{"apiVersion":"v1","kind":"DeleteOptions"}"#,
                ])
            #expect(server.requests[4].headers["content-type"] == "application/apply-patch+yaml")
            #expect(server.requests[0].headers["user-agent"] == "litmus")
            #expect(server.connections == 1)
        }
    }

    @Test("the items of a list have the kind that a real server leaves out")
    func kinds() async throws {
        let list: JSON = [
            "kind": "PodList", "apiVersion": "v1", "metadata": ["resourceVersion": "9", "continue": "more"],
            "items": [["metadata": ["name": "a"]]],
        ]
        try await serve({ _ in .json(list) }) { client, _ in
            let answer = try await client.list(Self.pods, namespace: "ns", options: ListOptions())
            #expect(answer.items == [["kind": "Pod", "apiVersion": "v1", "metadata": ["name": "a"]]])
            #expect(answer.continueToken == "more")
            #expect(answer.resourceVersion == "9")
        }
    }

    @Test("a refusal is the server's Status, or one made of a proxy's text")
    func refusals() async throws {
        try await serve({ request in
            request.number == 1
                ? .status(.notFound(Self.pods, name: "x")) : .answer(403, "no entry\nfor you")
        }) { client, _ in
            let missing = await #expect(throws: Status.self) {
                _ = try await client.get(Self.pods, namespace: "ns", name: "x", subresource: nil)
            }
            #expect(missing?.isNotFound == true)
            #expect(missing?.message == #"pods "x" not found"#)
            let refused = await #expect(throws: Status.self) {
                _ = try await client.get(Self.pods, namespace: "ns", name: "x", subresource: nil)
            }
            #expect(refused?.isForbidden == true)
            #expect(refused?.message == "the server answered 403: no entry")
        }
    }

    @Test("a busy or broken server is asked again, but not to do the same twice")
    func retries() async throws {
        let replies: [TestAPIServer.Reply] = [
            .answer(429, "", headers: ["Retry-After": "0"]), .answer(500, "oops"), .close, .json(["ok": true]),
            .answer(429, "", headers: ["Retry-After": "0"]), .json(["ok": true]), .answer(500, "oops"), .close,
        ]
        try await serve({ replies[$0.number - 1] }) { client, server in
            let answer = try await client.get(Self.pods, namespace: "a", name: "x", subresource: nil)
            #expect(answer == ["ok": true])
            #expect(server.requests.count == 4)
            func create() async throws -> JSON {
                try await client.create(
                    Self.pods, namespace: "a", name: nil, subresource: nil, object: [:], options: WriteOptions())
            }
            let created = try await create()
            #expect(created == ["ok": true])
            await #expect(throws: Status.self) { _ = try await create() }
            await #expect(throws: KubernetesClientError.self) { _ = try await create() }
            #expect(server.requests.count == replies.count)
        }
    }

    @Test("an eviction that a budget forbids is told at once, one that a busy server refuses is sent again")
    func budget() async throws {
        let budget = Status(
            code: 429, reason: "TooManyRequests", message: "no",
            details: ["causes": [["reason": "DisruptionBudget"]]])
        let replies: [TestAPIServer.Reply] = [
            .status(budget, headers: ["Retry-After": "10"]), .answer(429, "", headers: ["Retry-After": "0"]),
            .json([:]),
            .status(.badRequest("no kind \"Eviction\" is registered for version \"policy/v1\"")), .json([:]),
        ]
        try await serve({ replies[$0.number - 1] }) { client, server in
            let refused = await #expect(throws: Status.self) {
                try await client.evict(namespace: "ns", name: "p", options: DeleteOptions(uid: "u"))
            }
            #expect(refused == budget)
            try await client.evict(namespace: "ns", name: "p")
            try await client.evict(namespace: "ns", name: "p")
            #expect(
                server.requests.map(\.target) == Array(repeating: "/api/v1/namespaces/ns/pods/p/eviction", count: 5))
            let bodies = try server.requests.map { try JSON(parsing: Array($0.body.utf8)) }
            #expect(
                bodies.map { $0["apiVersion"].string ?? "" } == Array(repeating: "policy/v1", count: 4) + [
                    "policy/v1beta1"
                ])
            #expect(bodies[0]["deleteOptions", "preconditions", "uid"] == "u")
        }
    }

    @Test("where nobody listens the error names the server")
    func refusedConnection() async throws {
        let port = try await TestAPIServer.with({ _ in .close }) { $0.port }
        let connection = ClusterConnection(server: "http://127.0.0.1:\(port)")
        try await HTTPKubernetesClient.with(connection, options: Self.options()) { client in
            let error = await #expect(throws: KubernetesClientError.self) {
                _ = try await client.get(Self.pods, namespace: "ns", name: "x", subresource: nil)
            }
            #expect("\(error.map(String.init(describing:)) ?? "")".contains("127.0.0.1:\(port)"))
        }
    }

    @Test("a server that does not answer is given up after the time-out")
    func timeout() async throws {
        try await TestAPIServer.with({ _ in .pieces(["{"], ends: false) }) { server in
            var options = Self.options()
            options.requestTimeout = .milliseconds(50)
            let connection = ClusterConnection(server: "http://127.0.0.1:\(server.port)")
            try await HTTPKubernetesClient.with(connection, options: options) { client in
                let error = await #expect(throws: KubernetesClientError.self) {
                    _ = try await client.get(Self.pods, namespace: "ns", name: "x", subresource: nil)
                }
                #expect("\(error.map(String.init(describing:)) ?? "")".contains("GET /api/v1/namespaces/ns/pods/x"))
            }
        }
    }

    @Test("a watch gives the events in order and ends with the server's answer")
    func watch() async throws {
        let pieces = [
            #"{"type":"ADDED","obj"#, #"ect":{"n":1}}"# + "\n" + #"{"type":"MODIFIED","object":{"n":2}}"# + "\n{",
            #""type":"BOOKMARK","object":{"n":3}}"# + "\n",
        ]
        try await serve({ _ in .pieces(pieces) }) { client, server in
            let options = ListOptions(
                resourceVersion: "5", allowWatchBookmarks: true, sendInitialEvents: true, timeoutSeconds: 30)
            var events: [WatchEvent] = []
            for try await event in try await client.watch(Self.pods, namespace: "ns", options: options) {
                events.append(event)
            }
            #expect(events == [.added(["n": 1]), .modified(["n": 2]), .bookmark(["n": 3])])
            #expect(
                server.requests[0].target
                    == "/api/v1/namespaces/ns/pods?resourceVersion=5&timeoutSeconds=30&watch=true"
                    + "&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan")
        }
    }

    @Test("a version that is no longer kept is an expired Status, as answer or as event")
    func expired() async throws {
        let status = Status.expired("too old")
        let event: JSON = ["type": "ERROR", "object": status.json]
        try await serve({ $0.number == 1 ? .status(status) : .pieces(["\(event)\n"]) }) { client, _ in
            for _ in 0..<2 {
                let error = await #expect(throws: Status.self) {
                    for try await _ in try await client.watch(Self.pods, namespace: nil, options: ListOptions()) {}
                }
                #expect(error?.isExpired == true)
            }
        }
    }

    @Test("leaving a watch, and cancelling its task, closes the connection")
    func closing() async throws {
        let event = #"{"type":"ADDED","object":{}}"# + "\n"
        try await serve({ _ in .pieces([event], ends: false) }) { client, server in
            for try await _ in try await client.watch(Self.pods, namespace: nil, options: ListOptions()) { break }
            await server.waitUntilClosed(1)
            let (seen, continuation) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                for try await _ in try await client.watch(Self.pods, namespace: nil, options: ListOptions()) {
                    continuation.yield()
                }
            }
            for await _ in seen { break }
            task.cancel()
            _ = await task.result
            await server.waitUntilClosed(2)
        }
    }

    @Test("a hundred watches have connections of their own and do not stop requests")
    func manyWatches() async throws {
        let event = #"{"type":"ADDED","object":{}}"# + "\n"
        try await serve({ $0.target.contains("watch") ? .pieces([event], ends: false) : .json(["ok": true]) }) {
            client, server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (seen, continuation) = AsyncStream.makeStream(of: Void.self)
                for _ in 0..<100 {
                    group.addTask {
                        for try await _ in try await client.watch(Self.pods, namespace: nil, options: ListOptions()) {
                            continuation.yield()
                        }
                    }
                }
                var count = 0
                for await _ in seen {
                    count += 1
                    if count == 100 { break }
                }
                let answer = try await client.get(Self.pods, namespace: "a", name: "b", subresource: nil)
                #expect(answer == ["ok": true])
                #expect(server.connections == 101)
                group.cancelAll()
            }
        }
    }

    @Test("a log comes as its bytes, or as the Status that refuses it")
    func log() async throws {
        try await serve({
            $0.target.contains("gone") ? .status(.notFound(Self.pods, name: "gone")) : .pieces(["a\n", "b\n"])
        }) {
            client, server in
            var bytes: [UInt8] = []
            let options = LogOptions(container: "c", follow: true, tailLines: 5)
            for try await piece in try await client.podLog(namespace: "ns", name: "p", options: options) {
                bytes += piece
            }
            #expect(bytes == Array("a\nb\n".utf8))
            #expect(
                server.requests[0].target == "/api/v1/namespaces/ns/pods/p/log?container=c&follow=true&tailLines=5")
            await #expect(throws: Status.self) {
                _ = try await client.podLog(namespace: "ns", name: "gone", options: LogOptions())
            }
        }
    }
}
