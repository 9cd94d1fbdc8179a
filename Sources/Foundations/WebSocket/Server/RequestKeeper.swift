import NIOCore
import NIOHTTP1

/// Keeps the first request while it is asked whether it becomes something else: NIO's upgrade handler, which comes next,
/// drops the head of one that asked, and its end when that comes before the answer.
final class RequestKeeper: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private var isDone = false
    private var kept: [HTTPServerRequestPart] = []

    /// What the upgrade handler dropped; from now on everything passes unseen.
    func finish() -> [HTTPServerRequestPart] {
        isDone = true
        defer { kept = [] }
        return kept
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return context.fireChannelRead(data) }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if head.headers.contains(name: "Upgrade") {
                kept = [.head(head)]
            } else {
                isDone = true
            }
        // A request for a WebSocket has no body, and the upgrade handler can do nothing with it.
        case .body: return context.close(promise: nil)
        case .end(let trailers): kept.append(.end(trailers))
        }
        context.fireChannelRead(data)
    }
}
