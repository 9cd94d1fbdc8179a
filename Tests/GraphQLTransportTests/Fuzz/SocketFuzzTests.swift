import FuzzTesting
import GraphQL
import GraphQLTransport
import NIOCore
import Testing
import WebSocket

/// Bytes and messages that no client sends, at a real server: each connection ends in time, the server goes on for
/// others, and its memory stays what it was.
@Suite("hostile clients", .serialized, .timeLimit(.minutes(5))) struct SocketFuzzTests {
    /// How much more memory the process may take after thousands of broken connections. Bytes.
    private static let memory = 64 << 20
    private static let warmUp = 200

    private static let messages = Mutator(
        corpus: [
            #"{"type":"connection_init","payload":{"token":"good-ann","acknowledges":true}}"#, #"{"type":"ping"}"#,
            #"{"id":"1","type":"subscribe","payload":{"query":"{ hello broken }","operationName":null,"variables":{}}}"#,
            #"{"id":"2","type":"subscribe","payload":{"query":"subscription { count(to: 5) }","extensions":{"a":[1]}}}"#,
            #"{"id":"3","type":"start","payload":{"query":"query A($n: String) { hello(name: $n) }","variables":{"n":"x"}}}"#,
            #"{"id":"4","type":"start","payload":{"query":"subscription { flood(size: 1000) }"}}"#,
            #"{"id":"5","type":"subscribe","payload":{"query":"mutation { a: add(number: 1) b: add(number: -1) }"}}"#,
            #"{"id":"2","type":"stop"}"#, #"{"id":"2","type":"complete"}"#, #"{"type":"connection_terminate"}"#,
            #"{"type":"pong","payload":{"a":{"b":[[{}]]}}}"#,
        ],
        tokens: [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud83d", "null", "1e999", "\"id\":", "\"type\":",
            "\"payload\":", "\"query\":", "\"variables\":", "subscribe", "start", "stop", "complete", "ping",
            "connection_init", "{\"a\":", "[[[[", "{ hello ", "...F ", "fragment F on Query { hello ...F }", "ticks",
            "never", "flood(size: 100000)", "count(to: 2147483647)", "refused", "failing", "é", "\u{1F1E6}", "\u{0}",
        ], maximumSize: 1 << 15)

    private static let settings = GraphQLTransportSettings(
        webSocket: WebSocketSettings(maximumMessageSize: 1 << 16, closeTimeout: .milliseconds(200)),
        initialisation: .milliseconds(500), keepAlive: .milliseconds(20), operations: 10, bufferedEvents: 10,
        bufferedBytes: 1 << 16, patience: .milliseconds(200))

    /// Whether a client that behaves is served.
    private static func serves(_ server: CounterServer) async throws -> Bool {
        let dialogue = try await server.dialogue("graphql-transport-ws")
        try await dialogue.initialise()
        try await dialogue.subscribe("{ hello }")
        let answer = try await dialogue.hear()
        await dialogue.connection.close()
        let posted = try await server.post(["query": "{ hello }"])
        return answer?["payload"] == ["data": ["hello": "hello world"]] && posted.status == 200
    }

    /// Connections until the time is over; `body` returns whether one ended as it should.
    private static func fuzz(
        _ name: String, _ body: @escaping @Sendable (CounterServer, inout FuzzGenerator) async throws -> Bool
    ) async throws {
        try await CounterServer.run(settings) { server in
            var run = FuzzRun(name)
            var before = 0
            var late = 0
            while var random = run.next() {
                let seed = random.name
                if try await !body(server, &random) {
                    late += 1
                    Issue.record("a connection did not end in time: \(seed)")
                }
                if run.count == warmUp { before = ResidentMemory.now() }
                if run.count % 500 == 0 { #expect(try await serves(server), "after \(seed)") }
                if late > 3 { break }
            }
            #expect(try await serves(server))
            try await server.until("the sources end") { $0.ledger.open == 0 }
            let growth = run.count > warmUp ? ResidentMemory.now() - before : 0
            print("\(run.name): \(run.count) connections, memory grew by \(growth >> 10) KiB")
            #expect(growth < memory)
        }
    }

    @Test("frames")
    func frames() async throws {
        let forge = FrameForge(messages: Self.messages)
        let handshakes = Mutator(
            corpus: [FrameForge.handshake(nil), FrameForge.handshake("graphql-ws")],
            tokens: [
                "\r\n", ":", "Upgrade", "websocket", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "\u{0}",
            ]
            .map { Array($0.utf8) }, maximumSize: 1 << 12)
        try await Self.fuzz("WebSocket frames") { server, random in
            var connection = RawConnection(port: server.port)
            let dialect: String? = random.pick(["graphql-transport-ws", "graphql-ws", nil])
            var parts: [[UInt8]]
            switch random.number(10) {
            case 0:
                // Broken before it is a WebSocket; the server may wait for the rest until the client has gone.
                parts = [handshakes.input(&random)]
            case 1:
                connection.waitsForAnswer = false
                parts = [FrameForge.handshake(dialect) + forge.frames(&random)]
            case 2:
                // Drop by drop.
                let frames = forge.frames(&random).prefix(400)
                connection.pause = .microseconds(500)
                parts = [FrameForge.handshake(dialect)]
                parts += stride(from: 0, to: frames.count, by: 1 + random.number(20)).map { start in
                    Array(frames.dropFirst(start).prefix(20))
                }
            default: parts = [FrameForge.handshake(dialect), forge.frames(&random)]
            }
            guard case .closed = try await connection.exchange(parts) else { return false }
            return true
        }
    }

    @Test("messages")
    func messages() async throws {
        try await Self.fuzz("GraphQL over WebSocket") { server, random in
            let dialect: String? = random.pick(["graphql-transport-ws", "graphql-ws", nil])
            var request = WebSocketRequest(host: "127.0.0.1", port: server.port, target: "/query")
            request.subprotocols = dialect.map { [$0] } ?? []
            let connection = try await WebSocketClient.connect(request)
            let texts = (0..<(1 + random.number(8))).map { _ in Self.messages.text(&random) }
            let start = ContinuousClock.now
            let reader = Task { for try await _ in connection.messages {} }
            do {
                if random.chance(80) { try await connection.send(.text(#"{"type":"connection_init"}"#)) }
                for text in texts { try await connection.send(.text(text)) }
            } catch is WebSocketError {}  // closed by the server, for what came before
            await connection.close()
            reader.cancel()
            return ContinuousClock.now - start < .seconds(10)
        }
    }

    @Test(
        "a connection on which nothing is said ends with the client",
        arguments: ["", "GET", "GET /query HTTP/1.1\r\nHost:"])
    func silence(said: String) async throws {
        try await CounterServer.run { server in
            let outcome = try await RawConnection(port: server.port).exchange([Array(said.utf8)])
            guard case .closed = outcome else {
                Issue.record("the server keeps a connection whose client has gone")
                return
            }
        }
    }
}
