import AsyncHTTPClient
import EmbeddedAPIServer
import KubernetesAPI
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import Testing
import WebSocket

@testable import APIServerHTTP

/// Commands in containers over WebSocket, as clients see them.
@Suite(.timeLimit(.minutes(1))) struct ExecTests {
    private static let path = "/api/v1/namespaces/default/pods/web/exec"

    /// A command that says what it was asked, then gives input back until its end, and ends with 3.
    private final class Parrot: ExecSession, PodCommandSource {
        let events: AsyncThrowingStream<ExecEvent, any Error>
        private let continuation: AsyncThrowingStream<ExecEvent, any Error>.Continuation
        let sizes = Mutex<[String]>([])
        let closed = Mutex(0)
        let canCloseInput = true

        init() { (events, continuation) = AsyncThrowingStream.makeStream() }

        func prepare(_ options: ExecOptions, in pod: Pod) async throws -> PreparedCommand {
            guard options.container != "stopped" else { throw Status.badRequest("container stopped is not running") }
            return PreparedCommand {
                if options.command == ["missing"] { throw Status.internalError("no such program") }
                self.continuation.yield(.stderr(Array("\(pod.name) \(options.command)".utf8)))
                return PodCommand(session: self) { columns, rows in
                    self.sizes.withLock { $0.append("\(columns)x\(rows)") }
                }
            }
        }

        func write(_ bytes: [UInt8]) async throws { continuation.yield(.stdout(bytes)) }

        func closeInput() async throws {
            continuation.yield(.exited(code: 3))
            continuation.finish()
        }

        func close() async {
            closed.withLock { $0 += 1 }
            continuation.finish()
        }
    }

    private static func run(
        version: HTTPClient.Configuration.HTTPVersion = .automatic,
        _ body: @Sendable (TestServer, APIServer, Parrot) async throws -> Void
    ) async throws {
        try await TestServer.runReal(version: version) { server, api in
            let parrot = Parrot()
            api.setCommandSource(parrot)
            var pod = Pod(name: "web", namespace: "default")
            pod.spec = ["containers": [["name": "main", "image": "nginx"]]]
            try await api.client(as: .administrator).ensureAccount()
            _ = try await api.client(as: .administrator).create(pod)
            try await body(server, api, parrot)
        }
    }

    @Test("input, outputs, sizes and the exit code have their channels")
    func streams() async throws {
        try await Self.run { server, _, parrot in
            let connection = try await server.exec("?command=a&command=&command=b+c&stdin=true&stdout=1&stderr=1")
            #expect(connection.subprotocol == "v5.channel.k8s.io")
            try await connection.send(channel: 4, #"{"Width":80,"Height":24}"#)
            try await connection.send(channel: 0, "hello")
            var seen: [String] = []
            for try await message in connection.messages {
                seen.append(message.channelAndText)
                if seen.last == "1hello" { try await connection.send(channel: 255, "\u{0}") }
            }
            #expect(seen.first == "1")
            #expect(seen.contains(#"2web ["a", "", "b c"]"#))
            let end = try #require(seen.last)
            let status = try JSON(parsing: Array(end.dropFirst().utf8))
            #expect(end.first == "3" && status["status"] == "Failure" && status["reason"] == "NonZeroExitCode")
            #expect(status["details", "causes"] == [["reason": "ExitCode", "message": "3"]])
            #expect(connection.closing?.code == 1000)
            #expect(parrot.sizes.withLock { $0 } == ["80x24"])
        }
    }

    @Test("the older protocol is spoken with clients that know no other")
    func olderProtocol() async throws {
        try await Self.run { server, _, parrot in
            let connection = try await server.exec("?command=a", ["v1.channel.k8s.io", "v4.channel.k8s.io"])
            #expect(connection.subprotocol == "v4.channel.k8s.io")
            try await parrot.closeInput()
            var last = ""
            for try await message in connection.messages { last = message.channelAndText }
            #expect(last.hasPrefix("3") && last.contains("ExitCode"))
        }
    }

    @Test("what cannot be started is told on the error channel")
    func failure() async throws {
        try await Self.run { server, _, _ in
            let connection = try await server.exec("?command=missing")
            var last = ""
            for try await message in connection.messages { last = message.channelAndText }
            #expect(last.hasPrefix("3") && last.contains("no such program") && last.contains("InternalError"))
        }
    }

    @Test("a client that goes ends the command")
    func disconnect() async throws {
        try await Self.run { server, _, parrot in
            let connection = try await server.exec("?command=a&stdin=true")
            for try await _ in connection.messages { break }
            await connection.close()
            let deadline = ContinuousClock.now + .seconds(10)
            while parrot.closed.withLock({ $0 }) == 0, ContinuousClock.now < deadline { await Task.yield() }
            #expect(parrot.closed.withLock { $0 } > 0)
        }
    }

    @Test("what is wrong is said before the upgrade, in a Status")
    func refusals() async throws {
        try await Self.run { server, _, _ in
            let cases: [(query: String, subprotocols: [String], code: Int, text: String)] = [
                ("?command=a&container=stopped", ExecProtocol.offered, 400, "is not running"),
                ("?stdout=true", ExecProtocol.offered, 400, "at least one command"),
                ("?command=a&stdout=false", ExecProtocol.offered, 400, "at least one of stdin"),
                ("?command=a&stdin=maybe", ExecProtocol.offered, 400, "stdin"),
                ("?command=a", ["v1.channel.k8s.io"], 400, "v5.channel.k8s.io and v4.channel.k8s.io"),
            ]
            for (query, subprotocols, code, text) in cases {
                let (refusedCode, status) = try await server.refusedExec(query, subprotocols)
                #expect(refusedCode == code && status["kind"] == "Status", "\(query)")
                #expect(status["message"].string?.contains(text) == true, "\(query): \(status)")
            }
            let missing = try await server.refusedExec("?command=a", ExecProtocol.offered, pod: "none")
            #expect(missing.code == 404 && missing.status["message"] == "pods \"none\" not found")
        }
    }

    @Test("without a WebSocket the answer says what to do")
    func noWebSocket() async throws {
        // HTTP/2 has no upgrades.
        try await Self.run(version: .http1Only) { server, _, _ in
            let plain = try await server.send(.GET, Self.path + "?command=a")
            #expect(plain.code == 400 && plain.json["message"] == "Upgrade request required")
            let spdy = try await server.send(
                .POST, Self.path + "?command=a", headers: [("Connection", "Upgrade"), ("Upgrade", "SPDY/3.1")])
            #expect(spdy.code == 400)
            #expect(spdy.json["message"].string?.contains("use kubectl 1.30 or newer") == true, "\(spdy.text)")
        }
    }

    @Test(
        "who may read pods/exec but not create it runs no commands",
        arguments: [["get"], ["create"], ["get", "create"]])
    func permissions(verbs: [String]) async throws {
        try await Self.run { server, api, _ in
            let client = api.client(as: .administrator)
            _ = try await client.create(ServiceAccount(name: "robot", namespace: "default"))
            let token = try await client.create(
                ServiceAccount.type.gvr, namespace: "default", name: "robot", subresource: "token",
                object: ["spec": ["expirationSeconds": 600]], options: WriteOptions())["status", "token"].string
            let rbac = GroupVersionResource(group: "rbac.authorization.k8s.io", version: "v1", resource: "roles")
            let rule: JSON = ["apiGroups": [""], "resources": ["pods/exec"], "verbs": JSON(verbs)]
            _ = try await client.create(
                rbac, namespace: "default", name: nil, subresource: nil,
                object: ["metadata": ["name": "exec"], "rules": [rule]], options: WriteOptions())
            var bindings = rbac
            bindings.resource = "rolebindings"
            _ = try await client.create(
                bindings, namespace: "default", name: nil, subresource: nil,
                object: [
                    "metadata": ["name": "exec"],
                    "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "exec"],
                    "subjects": [["kind": "ServiceAccount", "name": "robot", "namespace": "default"]],
                ], options: WriteOptions())
            if verbs.count == 2 {
                let connection = try await server.exec("?command=a", token: token)
                await connection.close()
            } else {
                let (code, status) = try await server.refusedExec("?command=a", ExecProtocol.offered, token: token)
                let lacking = verbs == ["get"] ? "create" : "get"
                #expect(code == 403 && status["message"].string?.contains("cannot \(lacking) resource") == true)
            }
            let stranger = try await server.refusedExec("?command=a", ExecProtocol.offered, token: "nonsense")
            #expect(stranger.code == 401)
        }
    }

    @Test("discovery lists what can be done with pods")
    func discovery() async throws {
        try await Self.run { server, _, _ in
            let resources = try await server.get("/api/v1").json["resources"].array ?? []
            let exec = resources.first { $0["name"] == "pods/exec" }
            #expect(exec?["verbs"].strings == ["create", "get"] && exec?["kind"] == "PodExecOptions")
            let eviction = resources.first { $0["name"] == "pods/eviction" }
            #expect(eviction?["kind"] == "Eviction" && eviction?["group"] == "policy" && eviction?["version"] == "v1")
        }
    }
}

extension APIClient {
    fileprivate func ensureAccount() async throws {
        if try await find(Namespace.self, name: "default") == nil { _ = try await create(Namespace(name: "default")) }
        guard try await find(ServiceAccount.self, namespace: "default", name: "default") == nil else { return }
        _ = try await create(ServiceAccount(name: "default", namespace: "default"))
    }
}

extension TestServer {
    /// - Parameter token: nil for the administrator's.
    fileprivate func exec(
        _ query: String, _ subprotocols: [String] = ExecProtocol.offered, pod: String = "web", token: String? = nil
    ) async throws -> WebSocketConnection {
        var request = WebSocketRequest(
            host: address.host, port: address.port, target: "/api/v1/namespaces/default/pods/\(pod)/exec\(query)")
        request.subprotocols = subprotocols
        request.headers.add(name: "Authorization", value: "Bearer \(token ?? credentials.adminToken)")
        var tls = TLSConfiguration.makeClientConfiguration()
        let authority = Array(credentials.authority.certificatePEM.utf8)
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authority))
        request.tls = .init(context: try NIOSSLContext(configuration: tls))
        return try await WebSocketClient.connect(request)
    }

    fileprivate func refusedExec(
        _ query: String, _ subprotocols: [String], pod: String = "web", token: String? = nil
    ) async throws -> (code: Int, status: JSON) {
        do {
            await (try exec(query, subprotocols, pod: pod, token: token)).close()
            Issue.record("\(query) was upgraded")
            return (101, .null)
        } catch WebSocketError.refused(let refusal) {
            return (refusal.status, (try? JSON(parsing: refusal.body)) ?? .null)
        }
    }
}

extension WebSocketConnection {
    fileprivate func send(channel: UInt8, _ text: String) async throws {
        try await send(.binary(ByteBuffer(bytes: [channel] + Array(text.utf8))))
    }
}

extension WebSocketMessage {
    /// `1text`
    fileprivate var channelAndText: String {
        var bytes = bytes
        let channel = bytes.readInteger(as: UInt8.self) ?? 99
        return "\(channel)\(String(buffer: bytes))"
    }
}
