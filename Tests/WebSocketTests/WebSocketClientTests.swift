import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization
import Testing

@testable import WebSocket

@Suite(.timeLimit(.minutes(1))) struct WebSocketClientTests {
    private func request(_ server: EchoServer, path: String = "/") -> WebSocketRequest {
        var request = WebSocketRequest(host: "127.0.0.1", port: server.port, target: path)
        request.subprotocols = ["none", "echo"]
        return request
    }

    private func next(_ connection: WebSocketConnection) async throws -> WebSocketMessage? {
        for try await message in connection.messages { return message }
        return nil
    }

    @Test("messages of any size come back as they were sent, with the subprotocol that both speak")
    func echo() async throws {
        try await EchoServer.with { server in
            let connection = try await WebSocketClient.connect(request(server))
            #expect(connection.subprotocol == "echo")
            for size in [0, 1, 125, 126, 65_535, 65_536, 1_000_000] {
                let message = WebSocketMessage.binary(ByteBuffer(repeating: 7, count: size))
                try await connection.send(message)
                #expect(try await next(connection) == message)
            }
            try await connection.send(.text("Grüße 👋"))
            #expect(try await next(connection) == .text("Grüße 👋"))
            await connection.close()
            #expect(connection.closing == .normal)
            #expect(try await next(connection) == nil)
            await #expect(throws: WebSocketError.self) { try await connection.send(.text("late")) }
        }
    }

    @Test("the pieces of a message are put together, and a ping between them is answered")
    func fragments() async throws {
        try await EchoServer.with { server in
            let connection = try await WebSocketClient.connect(request(server, path: "/fragments"))
            #expect(try await next(connection) == .text("onetwothree"))
            // The server sends this when our pong came.
            #expect(try await next(connection) == .text("pong: hi"))
        }
    }

    @Test("a refusal is the server's answer")
    func refusal() async throws {
        try await EchoServer.with { server in
            let error = await #expect(throws: WebSocketError.self) {
                _ = try await WebSocketClient.connect(request(server, path: "/refused"))
            }
            guard case .refused(let refusal) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(refusal.status == 403 && refusal.headers["retry-after"] == "7")
            #expect(String(decoding: refusal.body, as: UTF8.self) == "not you")
        }
    }

    @Test("a close frame ends the messages and says why")
    func serverCloses() async throws {
        try await EchoServer.with { server in
            let connection = try await WebSocketClient.connect(request(server, path: "/close"))
            #expect(try await next(connection) == nil)
            #expect(connection.closing == WebSocketClosing(code: 4001, reason: "enough"))
        }
    }

    @Test("a connection that is cut is an error, not an end")
    func cut() async throws {
        try await EchoServer.with { server in
            let connection = try await WebSocketClient.connect(request(server, path: "/cut"))
            await #expect(throws: (any Error).self) { _ = try await next(connection) }
        }
    }

    @Test("too long a message is refused")
    func tooLong() async throws {
        try await EchoServer.with { server in
            let connection = try await WebSocketClient.connect(
                request(server), settings: WebSocketSettings(maximumMessageSize: 1000))
            try await connection.send(.binary(ByteBuffer(repeating: 1, count: 1001)))
            await #expect(throws: WebSocketError.self) { _ = try await next(connection) }
        }
    }

    @Test("a reader that lags behind holds the server up")
    func backpressure() async throws {
        try await EchoServer.with { server in
            let connection = try await WebSocketClient.connect(request(server, path: "/flood"))
            #expect(try await next(connection) != nil)
            // The server sends until its socket takes no more; what it has sent stays far below what it would.
            await server.waitUntilStalled()
            #expect(server.sent < EchoServer.flood / 2)
            var count = 1
            for try await _ in connection.messages { count += 1 }
            #expect(count == EchoServer.flood)
        }
    }

    @Test("cancelling the reader closes the connection")
    func cancellation() async throws {
        try await EchoServer.with { server in
            let connection = try await WebSocketClient.connect(request(server))
            let task = Task { try await next(connection) }
            task.cancel()
            switch await task.result {
            case .success(let message): #expect(message == nil)
            case .failure(let error): #expect(error is CancellationError, "\(error)")
            }
            await server.waitUntilClosed(1)
        }
    }

    @Test("a server that does not answer is given up")
    func timeout() async throws {
        try await EchoServer.with { server in
            var request = request(server, path: "/silent")
            request.timeout = .milliseconds(100)
            let slow = request
            let error = await #expect(throws: WebSocketError.self) { _ = try await WebSocketClient.connect(slow) }
            guard case .timedOut = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("a peer that no longer answers pings is given up")
    func silentPeer() async throws {
        try await EchoServer.with { server in
            let connection = try await WebSocketClient.connect(
                request(server, path: "/deaf"), settings: WebSocketSettings(pingInterval: .milliseconds(50)))
            let error = await #expect(throws: WebSocketError.self) { _ = try await next(connection) }
            guard case .silent = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
