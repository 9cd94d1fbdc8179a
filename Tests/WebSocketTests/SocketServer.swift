import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing
import WebSocket

/// A server on a free port of the loopback address. Requests that are not upgraded are answered 418 with their path.
struct SocketServer: Sendable {
    let port: Int
    let shutdown: @Sendable () async -> Void

    func request(_ path: String = "/", subprotocols: [String] = []) -> WebSocketRequest {
        var request = WebSocketRequest(host: "127.0.0.1", port: port, target: path)
        request.subprotocols = subprotocols
        return request
    }

    func connect(_ path: String = "/", subprotocols: [String] = []) async throws -> WebSocketConnection {
        try await WebSocketClient.connect(request(path, subprotocols: subprotocols))
    }

    static func run(_ upgrade: WebSocketUpgrade, _ body: @Sendable (SocketServer) async throws -> Void) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let server = try HTTPServerBuilder.http1WebSocket(webSocket: upgrade).buildServer(
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger
        ) { request, writer, _ in
            let path = request.head.path ?? ""
            let head = HTTPResponse(
                status: .init(code: 418), headerFields: [.contentLength: String(path.utf8.count)])
            try await writer.write(response: head, body: .init(byteBuffer: ByteBuffer(string: path)))
        } onServerRunning: { channel in
            continuation.yield(channel.localAddress?.port ?? 0)
        }
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(
                    try await body(SocketServer(port: port) { await group.triggerGracefulShutdown() }))
            } catch {
                outcome = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
    }

    /// Accepts everything, with the first subprotocol offered.
    static func run(
        settings: WebSocketSettings = .init(), handler: @escaping WebSocketAcceptance.Handler,
        _ body: @Sendable (SocketServer) async throws -> Void
    ) async throws {
        try await run(
            WebSocketUpgrade(settings: settings) { request in
                WebSocketAcceptance(subprotocol: request.subprotocols.first, handler: handler)
            }, body)
    }
}

/// Sends every message back.
@Sendable func echo(_ connection: WebSocketConnection) async throws {
    for try await message in connection.messages { try await connection.send(message) }
}
