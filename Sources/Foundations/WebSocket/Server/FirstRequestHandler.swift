import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Looks after a connection until it is known what its first request makes of it: nothing else in the pipeline closes an
/// idle one when the server stops, or answers a request that is none.
final class FirstRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any
    typealias OutboundOut = HTTPServerResponsePart

    /// A head has been read, and who answers is being decided.
    private var hasRequest = false
    private var shouldQuiesce = false

    private var context: ChannelHandlerContext?

    func begin() { hasRequest = true }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    /// Gives what follows in the pipeline the parts of a request that have been dropped before it.
    func replay(_ parts: [HTTPServerRequestPart]) {
        for part in parts { context?.fireChannelRead(NIOAny(part)) }
        if !parts.isEmpty { context?.fireChannelReadComplete() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        if hasRequest { shouldQuiesce = true } else { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        // The refusal of an upgrade: the HTTP responder answers.
        case is NIOWebSocketUpgradeError: return
        case is HTTPParserError:
            let headers: HTTPHeaders = ["Connection": "close", "Content-Length": "0"]
            let head = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            context.close(promise: nil)
        default: context.fireErrorCaught(error)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        guard shouldQuiesce else { return }
        context.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
