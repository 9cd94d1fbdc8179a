import KubernetesAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP/1.1 server on loopback that answers as a test says, and remembers what it was asked.
final class TestAPIServer: Sendable {
    struct Request: Sendable {
        var method: String
        /// Path and query as sent.
        var target: String
        var headers: [String: String]
        var body: String
        /// Counts from 1.
        var number: Int
        /// Counts from 1.
        var connection: Int
    }

    enum Reply: Sendable {
        case answer(Int, String, headers: [String: String] = [:])
        /// A body in these pieces; the connection stays open when it does not end.
        case pieces([String], ends: Bool = true)
        /// The connection is closed without an answer.
        case close

        static func json(_ json: JSON, code: Int = 200, headers: [String: String] = [:]) -> Reply {
            .answer(code, json.description, headers: headers)
        }

        static func status(_ status: Status, headers: [String: String] = [:]) -> Reply {
            .json(status.json, code: status.code, headers: headers)
        }
    }

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var closed = 0
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    let port: Int
    private let channel: any Channel

    var requests: [Request] { state.withLock(\.requests) }
    var connections: Int { state.withLock(\.connections) }

    private init(channel: any Channel, port: Int) {
        self.channel = channel
        self.port = port
    }

    /// Runs a server for the length of `body`.
    static func with<Value>(
        tls: TLSConfiguration? = nil, _ handler: @escaping @Sendable (Request) -> Reply,
        _ body: (TestAPIServer) async throws -> Value
    ) async throws -> Value {
        let holder = Holder()
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 2048)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(holder: holder, reply: handler))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = TestAPIServer(channel: channel, port: channel.localAddress?.port ?? 0)
        holder.box.withLock { $0 = server }
        do {
            let value = try await body(server)
            try await channel.close()
            return value
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// Waits until this many connections were closed.
    func waitUntilClosed(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.closed >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func opened() -> Int {
        state.withLock { state in
            state.connections += 1
            return state.connections
        }
    }

    private func closed() {
        let ready = state.withLock { state in
            state.closed += 1
            let ready = state.waiters.filter { $0.count <= state.closed }
            state.waiters.removeAll { $0.count <= state.closed }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    private func record(_ request: Request) -> Request {
        state.withLock { state in
            var request = request
            request.number = state.requests.count + 1
            state.requests.append(request)
            return request
        }
    }

    private final class Holder: Sendable {
        let box = Mutex<TestAPIServer?>(nil)
        var server: TestAPIServer? { box.withLock { $0 } }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let holder: Holder
        private let reply: @Sendable (Request) -> Reply
        private var head: HTTPRequestHead?
        private var body = ""
        private var connection = 0

        init(holder: Holder, reply: @escaping @Sendable (Request) -> Reply) {
            self.holder = holder
            self.reply = reply
        }

        func channelActive(context: ChannelHandlerContext) {
            connection = holder.server?.opened() ?? 0
            context.fireChannelActive()
        }

        func channelInactive(context: ChannelHandlerContext) {
            holder.server?.closed()
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ""
            case .body(let buffer): body += String(buffer: buffer)
            case .end:
                guard let head, let server = holder.server else { return }
                let headers = Dictionary(
                    head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { "\($0),\($1)" })
                let request = server.record(
                    Request(
                        method: head.method.rawValue, target: head.uri, headers: headers, body: body, number: 0,
                        connection: connection))
                send(reply(request), context)
            }
        }

        private func send(_ reply: Reply, _ context: ChannelHandlerContext) {
            func write(_ part: HTTPServerResponsePart) { context.write(wrapOutboundOut(part), promise: nil) }
            func head(_ code: Int, _ headers: HTTPHeaders) {
                write(.head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: code), headers: headers)))
            }
            switch reply {
            case .close: context.close(promise: nil)
            case .answer(let code, let text, let extra):
                var headers = HTTPHeaders(extra.map { ($0.key, $0.value) })
                headers.add(name: "Content-Length", value: "\(text.utf8.count)")
                head(code, headers)
                write(.body(.byteBuffer(ByteBuffer(string: text))))
                write(.end(nil))
                context.flush()
            case .pieces(let pieces, let ends):
                head(200, ["Transfer-Encoding": "chunked"])
                context.flush()
                for piece in pieces {
                    write(.body(.byteBuffer(ByteBuffer(string: piece))))
                    context.flush()
                }
                if ends { write(.end(nil)) }
                context.flush()
            }
        }
    }
}
