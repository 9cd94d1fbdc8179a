import KubernetesAPI
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// A WebSocket server on loopback that sends given frames, and remembers what it was asked and sent.
final class TestExecServer: Sendable {
    /// A channel's number and what is sent on it.
    typealias Frame = (channel: UInt8, text: String)

    private struct State {
        var requests: [HTTPRequestHead] = []
        var received: [[UInt8]] = []
        var closed = 0
    }

    private final class Record: Sendable {
        let state = Mutex(State())
    }

    let port: Int
    private let record: Record

    var requests: [HTTPRequestHead] { record.state.withLock(\.requests) }
    var received: [[UInt8]] { record.state.withLock(\.received) }

    private init(port: Int, record: Record) {
        self.port = port
        self.record = record
    }

    /// - Parameters:
    ///   - subprotocol: nil refuses with 404.
    ///   - closes: whether it cuts the connection after the frames.
    static func with(
        subprotocol: String?, frames: [Frame], closes: Bool, _ body: (TestExecServer) async throws -> Void
    ) async throws {
        let record = Record()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                let upgrader = NIOWebSocketServerUpgrader(
                    maxFrameSize: 1 << 20,
                    shouldUpgrade: { channel, head in
                        record.state.withLock { $0.requests.append(head) }
                        return channel.eventLoop.makeSucceededFuture(
                            subprotocol.map { ["Sec-WebSocket-Protocol": $0] })
                    },
                    upgradePipelineHandler: { channel, _ in
                        channel.closeFuture.whenComplete { _ in record.state.withLock { $0.closed += 1 } }
                        return channel.eventLoop.makeCompletedFuture {
                            let pipeline = channel.pipeline.syncOperations
                            pipeline.removeHandler(try pipeline.handler(type: NotFound.self), promise: nil)
                            try pipeline.addHandler(Command(frames: frames, closes: closes, record: record))
                        }
                    })
                return channel.pipeline.configureHTTPServerPipeline(
                    withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in })
                ).flatMap {
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(NotFound())
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(TestExecServer(port: channel.localAddress?.port ?? 0, record: record)))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        try result.get()
    }

    func waitForFrames(_ count: Int) async { await wait { $0.received.count >= count } }
    func waitUntilClosed(_ count: Int) async { await wait { $0.closed >= count } }

    private func wait(_ condition: (State) -> Bool) async {
        while !record.state.withLock({ condition($0) }), !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private final class NotFound: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            let body = Status.notFound(Pod.type.gvr, name: "p").json.description
            let headers: HTTPHeaders = ["Content-Length": "\(body.utf8.count)"]
            context.write(
                wrapOutboundOut(.head(.init(version: .http1_1, status: .notFound, headers: headers))), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    private final class Command: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame
        private let frames: [Frame]
        private let closes: Bool
        private let record: Record

        init(frames: [Frame], closes: Bool, record: Record) {
            self.frames = frames
            self.closes = closes
            self.record = record
        }

        func handlerAdded(context: ChannelHandlerContext) {
            for frame in frames {
                var data = ByteBuffer(integer: frame.channel)
                data.writeString(frame.text)
                context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .binary, data: data)), promise: nil)
            }
            context.flush()
            if closes { context.close(promise: nil) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            if frame.opcode == .binary {
                record.state.withLock { $0.received.append(Array(frame.unmaskedData.readableBytesView)) }
            } else if frame.opcode == .connectionClose {
                context.close(promise: nil)
            }
        }
    }
}
