import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import WebSocket

@Suite(.timeLimit(.minutes(1))) struct ServerTests {
    @Test("messages of both kinds go both ways, in order")
    func messages() async throws {
        try await SocketServer.run(handler: echo) { server in
            let connection = try await server.connect()
            var iterator = connection.messages.makeAsyncIterator()
            for index in 0..<50 {
                try await connection.send(.text("grüße \(index)"))
                try await connection.send(.binary(ByteBuffer(repeating: UInt8(index), count: index * 1000)))
                #expect(try await iterator.next() == .text("grüße \(index)"))
                #expect(try await iterator.next()?.bytes.readableBytes == index * 1000)
            }
            await connection.close()
            #expect(connection.closing?.code == 1000)
        }
    }

    @Test("the decision sees path, headers and subprotocols; what it declines is answered over HTTP")
    func decision() async throws {
        let upgrade = WebSocketUpgrade { request in
            guard request.head.path == "/socket?a=1", request.head.headerFields[.origin] == "http://here" else {
                return nil
            }
            let agreed = request.subprotocols.first { $0 == "second" }
            return WebSocketAcceptance(subprotocol: agreed, headers: [.server: "test"], handler: echo)
        }
        try await SocketServer.run(upgrade) { server in
            var request = server.request("/socket?a=1", subprotocols: ["first", "second"])
            request.headers.add(name: "Origin", value: "http://here")
            let connection = try await WebSocketClient.connect(request)
            #expect(connection.subprotocol == "second")
            await connection.close()
            for path in ["/socket?a=1", "/elsewhere"] {
                let error = await #expect(throws: WebSocketError.self) { try await server.connect(path) }
                guard case .refused(let refusal) = error else {
                    Issue.record("not refused: \(String(describing: error))")
                    continue
                }
                #expect(refusal.status == 418)
                #expect(String(decoding: refusal.body, as: UTF8.self) == path)
            }
        }
    }

    @Test("requests without an upgrade are answered on one connection, malformed ones with 400")
    func plainHTTP() async throws {
        try await SocketServer.run(handler: echo) { server in
            let answer = try await server.exchange(
                "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer.split(separator: "HTTP/1.1 418").count == 2)
            #expect(answer.contains("/a") && answer.contains("/b"))
            #expect(try await server.exchange("no HTTP at all\r\n\r\n").hasPrefix("HTTP/1.1 400"))
            let noKey = "GET /c HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n"
            let refused = try await server.exchange(noKey + "Sec-WebSocket-Version: 13\r\nConnection: close\r\n\r\n")
            #expect(refused.hasPrefix("HTTP/1.1 418"))
        }
    }

    @Test("a handler's end tells the client why")
    func closing() async throws {
        struct Broken: Error {}
        let handler: WebSocketAcceptance.Handler = { connection in
            switch connection.subprotocol {
            case "own": throw WebSocketClosure(code: 4403, reason: "Forbidden")
            case "broken": throw Broken()
            default: return
            }
        }
        try await SocketServer.run(handler: handler) { server in
            for (subprotocol, code) in [("own", 4403), ("broken", 1011), ("done", 1000)] as [(String, UInt16)] {
                let connection = try await server.connect(subprotocols: [subprotocol])
                for try await _ in connection.messages {}
                #expect(connection.closing?.code == code)
                #expect(connection.closing?.reason == (code == 4403 ? "Forbidden" : ""))
            }
        }
    }

    @Test("a message that is too large closes with 1009, an unmasked frame with 1002")
    func violations() async throws {
        try await SocketServer.run(settings: .init(maximumMessageSize: 1000), handler: echo) { server in
            let connection = try await server.connect()
            try await connection.send(.binary(ByteBuffer(repeating: 1, count: 1001)))
            for try await _ in connection.messages {}
            #expect(connection.closing?.code == 1009)
            let raw = try await server.exchange(
                "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\u{01}\u{00}")
            // The example of RFC 6455, 1.3.
            #expect(raw.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
            #expect(raw.contains("is not masked"))
        }
    }

    @Test("a client that goes away cancels the handler, with or without a word", arguments: [true, false])
    func disconnect(saysGoodbye: Bool) async throws {
        let (ends, continuation) = AsyncStream<Bool>.makeStream()
        let handler: WebSocketAcceptance.Handler = { connection in
            try await connection.send(.text("here"))
            try? await Task.sleep(for: .seconds(3600))
            continuation.yield(Task.isCancelled)
        }
        try await SocketServer.run(handler: handler) { server in
            if saysGoodbye {
                let connection = try await server.connect()
                for try await _ in connection.messages { break }
                await connection.close()
            } else {
                let raw = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: server.port).get()
                let request =
                    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                try await raw.writeAndFlush(ByteBuffer(string: request))
                try await raw.close()
            }
            var iterator = ends.makeAsyncIterator()
            #expect(await iterator.next() == true)
        }
    }

    @Test("the server's shutdown closes with 1001 and does not wait for handlers that do not listen")
    func shutdown() async throws {
        try await SocketServer.run(handler: { _ in try? await Task.sleep(for: .seconds(3600)) }) { server in
            let connection = try await server.connect()
            // Also a connection without any request must not hold the server up.
            let idle = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: server.port).get()
            let start = ContinuousClock.now
            await server.shutdown()
            for try await _ in connection.messages {}
            #expect(connection.closing?.code == 1001)
            try await idle.closeFuture.get()
            #expect(ContinuousClock.now - start < .seconds(2))
        }
    }

    @Test("a client that does not read holds the sender up")
    func backPressure() async throws {
        let sent = Counter()
        let handler: WebSocketAcceptance.Handler = { connection in
            while true {
                try await connection.send(.binary(ByteBuffer(repeating: 0, count: 100_000)))
                sent.add()
            }
        }
        try await SocketServer.run(handler: handler) { server in
            let connection = try await server.connect()
            // Settles when buffers of sockets and of the reader are full.
            var last = -1
            while sent.value != last {
                last = sent.value
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(sent.value < 500)
            await connection.close()
        }
    }
}
