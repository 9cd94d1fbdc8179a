import NIOCore
import NIOHTTP1

/// An answer to a handshake that opens no WebSocket.
public struct WebSocketRefusal: Sendable, Hashable {
    /// The HTTP status code.
    public var status: Int
    /// Names in lower case.
    public var headers: [String: String]
    /// At most the first 64 KiB.
    public var body: [UInt8]

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Reads the answer that is no upgrade.
final class RefusalCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    static let maximumBody = 64 * 1024

    private let promise: EventLoopPromise<WebSocketRefusal>
    private var refusal: WebSocketRefusal?

    init(_ promise: EventLoopPromise<WebSocketRefusal>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            refusal = WebSocketRefusal(
                status: Int(head.status.code),
                headers: Dictionary(
                    head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { "\($0),\($1)" }))
        case .body(let buffer):
            let room = Self.maximumBody - (refusal?.body.count ?? 0)
            refusal?.body += buffer.readableBytesView.prefix(max(0, room))
        case .end: complete()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        complete()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }

    func handlerRemoved(context: ChannelHandlerContext) { complete() }

    private func complete() {
        if let refusal { promise.succeed(refusal) } else { promise.fail(WebSocketError.broken) }
    }
}
