import NIOCore

/// Keeps the end of a connection from the HTTP handlers until the upgrade is done.
///
/// A server may send its answer, its only messages and the end in one go. While the HTTP handlers are being replaced they
/// would drop the messages on hearing of the end; those who come after them hear of it when they are removed.
final class HandshakeGate: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    var isOpen = false

    func channelInactive(context: ChannelHandlerContext) {
        if isOpen { context.fireChannelInactive() }
    }
}
