import NIOCore
import NIOWebSocket

/// Closes connections whose client sends what RFC 6455 forbids a client (5.1: unmasked frames; 5.2: reserved bits that no
/// extension was agreed on for).
final class ClientFrameCheck: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard frame.maskKey != nil else { return refuse("a frame of a client is not masked", context) }
        guard frame.reservedBits.isEmpty else { return refuse("reserved bits are set", context) }
        context.fireChannelRead(data)
    }

    /// The client closed its half before half-closure was forbidden: it has gone.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    private func refuse(_ reason: String, _ context: ChannelHandlerContext) {
        var data = context.channel.allocator.buffer(capacity: 64)
        data.writeInteger(WebSocketClosing.protocolError.code)
        data.writeString(reason)
        context.writeAndFlush(
            wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)), promise: nil)
        context.fireErrorCaught(WebSocketError.violation(reason))
    }
}
