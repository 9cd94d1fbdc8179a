import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// A WebSocket server on loopback that echoes, or does what the path says.
final class EchoServer: Sendable {
    /// Messages that `/flood` sends, of 64 KiB each.
    static let flood = 1000

    let port: Int
    private let channel: any Channel
    private let counts: Counts

    private final class Counts: Sendable {
        let sent = Mutex(0)
        let closed = Mutex(0)
    }

    /// Messages of `/flood` that the socket has taken.
    var sent: Int { counts.sent.withLock(\.self) }

    private init(channel: any Channel, port: Int, counts: Counts) {
        self.channel = channel
        self.port = port
        self.counts = counts
    }

    static func with(_ body: (EchoServer) async throws -> Void) async throws {
        let counts = Counts()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.closeFuture.whenComplete { _ in counts.closed.withLock { $0 += 1 } }
                return configure(channel, counts)
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = EchoServer(channel: channel, port: channel.localAddress?.port ?? 0, counts: counts)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        try result.get()
    }

    private static func configure(_ channel: any Channel, _ counts: Counts) -> EventLoopFuture<Void> {
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: 1 << 24,
            shouldUpgrade: { channel, head in
                let isRefused = ["/refused", "/silent"].contains(head.uri)
                let headers = HTTPHeaders([(WebSocketHeader.name, "echo")])
                return channel.eventLoop.makeSucceededFuture(isRefused ? nil : headers)
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    pipeline.removeHandler(try pipeline.handler(type: Refuser.self), promise: nil)
                    try pipeline.addHandler(Behaviour(path: head.uri, counts: counts))
                }
            })
        return channel.pipeline.configureHTTPServerPipeline(
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in })
        ).flatMap {
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Refuser()) }
        }
    }

    private enum WebSocketHeader { static let name = "Sec-WebSocket-Protocol" }

    func waitUntilClosed(_ count: Int) async {
        while counts.closed.withLock(\.self) < count { await pause() }
    }

    /// Until nothing more was sent for a while.
    func waitUntilStalled() async {
        var before = -1
        while sent != before {
            before = sent
            for _ in 0..<20 { await pause() }
        }
    }

    private func pause() async { try? await Task.sleep(for: .milliseconds(10)) }

    /// Answers what was not upgraded.
    private final class Refuser: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        private var path = ""

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): path = head.uri
            case .body: break
            case .end:
                guard path != "/silent" else { return }
                let headers: HTTPHeaders = ["Content-Length": "7", "Retry-After": "7"]
                context.write(
                    wrapOutboundOut(.head(.init(version: .http1_1, status: .forbidden, headers: headers))), promise: nil
                )
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "not you")))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }

    private final class Behaviour: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame
        private let path: String
        private let counts: Counts
        private var unsent = 0

        init(path: String, counts: Counts) {
            self.path = path
            self.counts = counts
        }

        func handlerAdded(context: ChannelHandlerContext) {
            switch path {
            case "/fragments":
                send(.text, "one", fin: false, context)
                send(.ping, "hi", context)
                send(.continuation, "two", fin: false, context)
                send(.continuation, "three", context)
            case "/close": sendClose(4001, "enough", context)
            case "/cut": context.close(promise: nil)
            case "/flood":
                unsent = EchoServer.flood
                sendMore(context)
            default: break
            }
        }

        private func sendMore(_ context: ChannelHandlerContext) {
            guard unsent > 0 else { return sendClose(1000, "", context) }
            unsent -= 1
            let frame = WebSocketFrame(
                fin: true, opcode: .binary, data: ByteBuffer(repeating: 0, count: 64 * 1024))
            context.writeAndFlush(wrapOutboundOut(frame)).assumeIsolated().whenSuccess {
                self.counts.sent.withLock { $0 += 1 }
                self.sendMore(context)
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            guard path != "/deaf" else { return }
            switch frame.opcode {
            case .text, .binary:
                context.writeAndFlush(
                    wrapOutboundOut(WebSocketFrame(fin: frame.fin, opcode: frame.opcode, data: frame.unmaskedData)),
                    promise: nil)
            case .pong: send(.text, "pong: \(String(buffer: frame.unmaskedData))", context)
            case .connectionClose:
                let answer = WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData)
                context.writeAndFlush(wrapOutboundOut(answer)).assumeIsolated().whenComplete { _ in
                    context.close(promise: nil)
                }
            default: break
            }
        }

        private func sendClose(_ code: UInt16, _ reason: String, _ context: ChannelHandlerContext) {
            var data = ByteBuffer(integer: code)
            data.writeString(reason)
            context.writeAndFlush(
                wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)), promise: nil)
        }

        private func send(
            _ opcode: WebSocketOpcode, _ text: String, fin: Bool = true, _ context: ChannelHandlerContext
        ) {
            context.writeAndFlush(
                wrapOutboundOut(WebSocketFrame(fin: fin, opcode: opcode, data: ByteBuffer(string: text))), promise: nil)
        }
    }
}
