import GraphQL
import GraphQLTransport
import NIOCore
import Testing
import WebSocket

@Suite("WebSockets of clients that are slow, greedy, strange or gone", .timeLimit(.minutes(1))) struct ConnectionTests {
    static let name = "graphql-transport-ws"

    /// Status and code of the answer to a handshake.
    static func refusal(_ server: CounterServer, _ subprotocol: String, origin: String?) async -> String {
        do {
            try await server.dialogue(subprotocol, origin: origin).connection.close()
            return "not refused"
        } catch WebSocketError.refused(let refused) {
            let json = try? GraphQLValue(json: refused.body)
            return "\(refused.status) \(json?["errors"]?[0]?["extensions"]?["code"]?.stringValue ?? "")"
        } catch {
            return "\(error)"
        }
    }

    @Test("the handshake is refused with a reason: subprotocols that are unknown, origins that are not the server's")
    func handshakes() async throws {
        try await CounterServer.run { server in
            let unknown = await Self.refusal(server, "mqtt", origin: nil)
            #expect(unknown == "400 BAD_REQUEST")
            for origin in ["http://elsewhere", "null", "http://127.0.0.1", "http://127.0.0.1:\(server.port).example"] {
                let foreign = await Self.refusal(server, Self.name, origin: origin)
                #expect(foreign == "403 FORBIDDEN")
            }
            let own = try await server.dialogue("mqtt", Self.name, origin: "http://127.0.0.1:\(server.port)")
            #expect(own.connection.subprotocol == Self.name)
            await own.connection.close()
        }
    }

    @Test("a client that reads gets every event of a fast source")
    func backPressure() async throws {
        let settings = GraphQLTransportSettings(bufferedEvents: 4, bufferedBytes: 4096)
        try await CounterServer.run(settings) { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            try await dialogue.subscribe("subscription { count(to: 1000) }")
            for number in 1...1000 {
                #expect(try await dialogue.hear()?["payload"]?["data"]?["count"] == .int(number))
            }
            #expect(try await dialogue.hear()?["type"] == "complete")
            await dialogue.connection.close()
        }
    }

    @Test("a subscription whose client does not read fails, and the connection goes on")
    func slowClient() async throws {
        let settings = GraphQLTransportSettings(
            bufferedEvents: 4, bufferedBytes: 1 << 20, patience: .milliseconds(200))
        try await CounterServer.run(settings) { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            try await dialogue.subscribe("subscription { flood(size: 100000) }")
            try await server.until("the source ends") { $0.ledger.opened == 1 && $0.ledger.open == 0 }
            var events = 0
            var message = try await dialogue.hear()
            while message?["type"] == "next" {
                events += 1
                message = try await dialogue.hear()
            }
            // What the sockets hold; without an end it would be endless.
            #expect((1...1000).contains(events))
            #expect(message?["type"] == "error")
            #expect(message?["payload"]?[0]?["extensions"]?["code"] == "SLOW_CLIENT")
            try await dialogue.subscribe("{ hello }")
            #expect(try await dialogue.hear()?["type"] == "next")
            await dialogue.connection.close()
        }
    }

    @Test("a client that asks without reading is not heard until it reads")
    func deafClient() async throws {
        let pings = 1000
        try await CounterServer.run(GraphQLTransportSettings(bufferedBytes: 1000)) { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            let connection = dialogue.connection
            let sent = Shared(0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let payload = GraphQLValue.string(String(repeating: "x", count: 20_000))
                    for _ in 0..<pings {
                        try await connection.send(
                            .text(GraphQLValue.object(["type": "ping", "payload": ["x": payload]]).jsonString))
                        sent.value += 1
                    }
                }
                var before = -1
                while sent.value != before {
                    before = sent.value
                    try await Task.sleep(for: .milliseconds(300))
                }
                #expect(before < pings)
                for _ in 0..<pings { #expect(try await dialogue.hear()?["type"] == "pong") }
                try await group.waitForAll()
            }
            await connection.close()
        }
    }

    @Test("more operations than allowed fail, and there is room again when one has ended")
    func operationLimit() async throws {
        try await CounterServer.run(GraphQLTransportSettings(operations: 2)) { server in
            for (name, start, end) in [(Self.name, "subscribe", "complete"), ("graphql-ws", "start", "stop")] {
                let dialogue = try await server.dialogue(name)
                try await dialogue.initialise()
                for id in ["1", "2", "3"] { try await dialogue.subscribe("subscription { never }", id, type: start) }
                let message = try await dialogue.hearNews()
                #expect(message?["type"] == "error")
                #expect(message?["id"] == "3")
                let payload = name == Self.name ? message?["payload"]?[0] : message?["payload"]
                #expect(payload?["extensions"]?["code"] == "OPERATION_LIMIT_EXCEEDED")
                try await dialogue.say(["id": "1", "type": .string(end)])
                try await dialogue.subscribe("{ hello }", "4", type: start)
                var answer = try await dialogue.hearNews()
                if answer?["id"] == "1" { answer = try await dialogue.hearNews() }
                #expect(answer?["payload"] == ["data": ["hello": "hello world"]])
                await dialogue.connection.close()
                try await server.until("the sources end") { $0.ledger.open == 0 }
            }
        }
    }

    @Test("a message that is too long closes with 1009")
    func messageSize() async throws {
        let settings = GraphQLTransportSettings(webSocket: WebSocketSettings(maximumMessageSize: 1000))
        try await CounterServer.run(settings) { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            try await dialogue.say(["type": "ping", "payload": ["x": .string(String(repeating: "x", count: 1000))]])
            #expect(try await dialogue.ending()?.code == 1009)
        }
    }

    @Test("sources end when the client closes and when it is cut off")
    func departure() async throws {
        try await CounterServer.run { server in
            for cuts in [false, true] {
                let kept = Shared<(any Channel)?>(nil)
                var request = WebSocketRequest(host: "127.0.0.1", port: server.port, target: "/query")
                request.subprotocols = [Self.name]
                let connection = try await WebSocketClient.connect(request) { channel in
                    kept.value = channel
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                let dialogue = Dialogue(connection)
                try await dialogue.initialise()
                try await dialogue.subscribe("subscription { never }", "1")
                try await dialogue.subscribe("subscription { ticks }", "2")
                try await server.until("the sources are asked") { $0.ledger.open == 2 }
                if cuts {
                    try await kept.value?.close()
                } else {
                    await connection.close()
                }
                try await server.until("the sources end") { $0.ledger.open == 0 }
            }
            #expect(server.ledger.opened == 4)
            try await server.until("all are reported") { $0.ledger.reports.count == 4 }
        }
    }

    @Test("a server that stops closes with 1001 and ends the sources")
    func shutdown() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            try await dialogue.subscribe("subscription { ticks }")
            #expect(try await dialogue.hear()?["type"] == "next")
            await server.shutdown()
            #expect(try await dialogue.ending()?.code == 1001)
            try await server.until("the source ends") { $0.ledger.open == 0 }
        }
    }

    @Test("each operation has a context of its own, and initialisation one")
    func contexts() async throws {
        try await CounterServer.run { server in
            let dialogue = try await server.dialogue(Self.name)
            try await dialogue.initialise()
            for _ in 0..<3 {
                try await dialogue.subscribe("{ hello }")
                _ = try await dialogue.hear()
                _ = try await dialogue.hear()
            }
            #expect(server.ledger.contexts == 4)
            await dialogue.connection.close()
        }
    }
}
