import NIOCore
import NIOWebSocket

/// The life of a connection in its event loop: messages, pings, closing, and holding up a peer that is too fast.
///
/// Specification: RFC 6455, sections 5.5 and 7.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// What users of the connection ask for, sent as an outbound event.
    enum Command: Sendable {
        /// The reader has room again.
        case resume
        case close(WebSocketClosing)
    }

    private let role: WebSocketConnection.Role
    private let settings: WebSocketSettings
    private let record: WebSocketRecord
    private let source: WebSocketReader.Producer.Source

    private var isPaused = false
    private var wantsRead = false
    private var hasSentClose = false
    private var isFinished = false
    /// Since the last ping.
    private var isSilent = false
    private var ping: Scheduled<Void>?
    private var pong = Pong.none

    /// The answer to a ping. One at a time is on its way, so that pings of a peer that reads nothing do not pile up; of
    /// those that come meanwhile the last is answered (RFC 6455, 5.5.3).
    private enum Pong {
        case none
        case leaving
        case leavingBefore(ByteBuffer)
    }

    init(
        role: WebSocketConnection.Role, settings: WebSocketSettings, record: WebSocketRecord,
        source: WebSocketReader.Producer.Source
    ) {
        self.role = role
        self.settings = settings
        self.record = record
        self.source = source
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { schedulePing(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ping?.cancel()
        finish(throwing: WebSocketError.broken)
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        isSilent = false
        switch frame.opcode {
        case .text:
            var data = frame.unmaskedData
            guard let text = try? data.readUTF8ValidatedString(length: data.readableBytes) else {
                return fail(.violation("a text message is not UTF-8"), closing: .invalidText, context)
            }
            deliver(.text(text), context)
        case .binary: deliver(.binary(frame.unmaskedData), context)
        case .ping:
            guard !hasSentClose else { return }
            answer(ping: frame.unmaskedData, context)
        case .pong: break
        case .connectionClose: closed(by: frame, context)
        default: fail(.violation("opcode \(frame.opcode)"), closing: .protocolError, context)
        }
    }

    private func answer(ping data: ByteBuffer, _ context: ChannelHandlerContext) {
        guard case .none = pong else {
            pong = .leavingBefore(data)
            return
        }
        pong = .leaving
        let frame = WebSocketFrame(fin: true, opcode: .pong, maskKey: maskKey, data: data)
        context.writeAndFlush(wrapOutboundOut(frame)).assumeIsolated().whenSuccess {
            let before = self.pong
            self.pong = .none
            guard case .leavingBefore(let data) = before, !self.hasSentClose else { return }
            self.answer(ping: data, context)
        }
    }

    private func deliver(_ message: WebSocketMessage, _ context: ChannelHandlerContext) {
        // After our close frame nobody waits for messages.
        guard !hasSentClose else { return }
        switch source.yield(message) {
        case .stopProducing: isPaused = true
        case .produceMore: break
        case .dropped: close(.goingAway, context)
        }
    }

    private func closed(by frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        let closing = WebSocketClosing(frame: frame.unmaskedData)
        record.record(closing ?? .none)
        if !hasSentClose {
            hasSentClose = true
            let answer = closing.map {
                WebSocketClosing(code: $0.isSendable ? $0.code : WebSocketClosing.protocolError.code)
            }
            writeClose(answer, context)
        }
        // Only now: a reader that waits gives the connection up at once, with a close frame of its own.
        finish(throwing: nil)
        // A server cuts first, so that the port is not kept by the client.
        if role == .server { context.close(promise: nil) } else { cut(after: settings.closeTimeout, context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        ping?.cancel()
        finish(throwing: hasSentClose ? nil : WebSocketError.broken)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength, NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge:
            fail(
                .violation("a message is longer than \(settings.maximumMessageSize) bytes"), closing: .tooLarge, context
            )
        case is NIOWebSocketError, is NIOWebSocketFrameAggregator.Error:
            fail(.violation("\(error)"), closing: .protocolError, context)
        default:
            finish(throwing: error)
            context.close(promise: nil)
        }
    }

    private func fail(_ error: WebSocketError, closing: WebSocketClosing, _ context: ChannelHandlerContext) {
        close(closing, throwing: error, context)
    }

    private func finish(throwing error: (any Error)?) {
        guard !isFinished else { return }
        isFinished = true
        if let error { source.finish(error) } else { source.finish() }
    }

    // MARK: Outbound

    func read(context: ChannelHandlerContext) {
        if isPaused { wantsRead = true } else { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !hasSentClose else {
            promise?.fail(WebSocketError.closed(record.closing))
            return
        }
        var frame = unwrapOutboundIn(data)
        frame.maskKey = maskKey
        context.write(wrapOutboundOut(frame), promise: promise)
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let command = event as? Command else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        switch command {
        case .resume: resume(context)
        case .close(let closing): close(closing, context)
        }
        promise?.succeed()
    }

    private func resume(_ context: ChannelHandlerContext) {
        isPaused = false
        guard wantsRead else { return }
        wantsRead = false
        context.read()
    }

    private func close(
        _ closing: WebSocketClosing, throwing error: (any Error)? = nil, _ context: ChannelHandlerContext
    ) {
        guard !hasSentClose else { return finish(throwing: error) }
        hasSentClose = true
        writeClose(closing, context)
        finish(throwing: error)
        // The peer's close frame may stand behind messages that nobody wants any more.
        resume(context)
        cut(after: settings.closeTimeout, context)
    }

    private func writeClose(_ closing: WebSocketClosing?, _ context: ChannelHandlerContext) {
        var data = context.channel.allocator.buffer(capacity: 125)
        closing?.write(to: &data)
        write(.connectionClose, data, context)
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: maskKey, data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    private var maskKey: WebSocketMaskingKey? { role == .client ? .random() : nil }

    private func cut(after delay: TimeAmount, _ context: ChannelHandlerContext) {
        let channel = context.channel
        let scheduled = context.eventLoop.scheduleTask(in: delay) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in scheduled.cancel() }
    }

    // MARK: Pings

    private func schedulePing(_ context: ChannelHandlerContext) {
        guard let interval = settings.pingInterval else { return }
        ping = context.eventLoop.assumeIsolated().scheduleTask(in: interval) { self.sendPing(context) }
    }

    private func sendPing(_ context: ChannelHandlerContext) {
        guard context.channel.isActive, !hasSentClose else { return }
        // While the reader holds the peer up, its answers are not read either.
        if isSilent, !isPaused {
            finish(throwing: WebSocketError.silent)
            context.close(promise: nil)
            return
        }
        isSilent = true
        write(.ping, ByteBuffer(), context)
        schedulePing(context)
    }
}
