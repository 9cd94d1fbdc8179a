import GraphQL
import GraphQLTransport
import NIOCore
import NIOPosix
import Testing

@Suite("subscriptions over HTTP", .timeLimit(.minutes(1))) struct FirstEventTests {
    @Test("the answer is the first event, and the source is given up")
    func firstEvent() async throws {
        try await CounterServer.run { server in
            for _ in 0..<3 {
                let answer = try await server.post(["query": "subscription { ticks }"])
                #expect(answer.status == 200)
                #expect(answer.text == #"{"data":{"ticks":1}}"#)
            }
            try await server.until("the sources end") { $0.ledger.open == 0 }
            #expect(server.ledger.opened == 3)
        }
    }

    @Test("a source that refuses, fails or has no event is an error")
    func failures() async throws {
        try await CounterServer.run { server in
            let refused = try await server.post(["query": "subscription { refused }"])
            #expect(refused.message == "CLUSTER ALREADY CONNECTED")
            #expect(refused.json?["errors"]?[0]?["path"] == ["refused"])
            let ended = try await server.post(["query": "subscription { count(to: 0) }"])
            #expect(ended.status == 503)
            #expect(ended.code == "NO_EVENT")
        }
    }

    @Test("no event in time is 504")
    func timeout() async throws {
        try await CounterServer.run(GraphQLTransportSettings(firstEvent: .milliseconds(50))) { server in
            let answer = try await server.post(["query": "subscription { never }"])
            #expect(answer.status == 504)
            #expect(answer.code == "NO_EVENT")
            try await server.until("the source ends") { $0.ledger.open == 0 }
        }
    }

    @Test("the source ends when the client goes before the event")
    func departure() async throws {
        try await CounterServer.run { server in
            let body = #"{"query": "subscription { never }"}"#
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: server.port).get()
            let request =
                "POST /query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            try await channel.writeAndFlush(ByteBuffer(string: request + body))
            try await server.until("the source is asked") { $0.ledger.open == 1 }
            try await channel.close()
            try await server.until("the source ends") { $0.ledger.open == 0 }
        }
    }

    @Test("a server that stops does not wait for events")
    func shutdown() async throws {
        try await CounterServer.run { server in
            async let answer = server.post(["query": "subscription { never }"])
            try await server.until("the source is asked") { $0.ledger.open == 1 }
            await server.shutdown()
            let result = try await answer
            #expect(result.status == 503)
            #expect(result.code == "SERVICE_UNAVAILABLE")
        }
    }
}
