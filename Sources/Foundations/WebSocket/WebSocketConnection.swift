import NIOCore
import NIOWebSocket
import Synchronization

/// An open connection, of either end.
///
/// Close it, drop it, or cancel the task that reads: each sends a close frame and gives the connection up.
public final class WebSocketConnection: Sendable {
    public enum Role: Sendable {
        /// Masks what it sends.
        case client
        case server
    }

    /// The subprotocol that both agreed on.
    public let subprotocol: String?

    /// What the peer sends, in order; read by one task at a time. A reader that lags behind holds the peer up.
    ///
    /// Ends when either end closed; throws `WebSocketError` when the connection broke.
    public let messages: AsyncThrowingStream<WebSocketMessage, any Error>

    private let channel: any Channel
    private let record: WebSocketRecord

    private init(
        channel: any Channel, subprotocol: String?, record: WebSocketRecord,
        messages: AsyncThrowingStream<WebSocketMessage, any Error>
    ) {
        self.channel = channel
        self.subprotocol = subprotocol
        self.record = record
        self.messages = messages
    }

    /// The peer's close frame, once it came.
    public var closing: WebSocketClosing? { record.closing }

    /// Waits until the message has left, which holds the caller up when the peer does not read.
    /// - Throws: `WebSocketError.closed`; `CancellationError`, the connection closed since half a message may be gone.
    public func send(_ message: WebSocketMessage) async throws {
        let frame =
            switch message {
            case .text(let text): WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))
            case .binary(let buffer): WebSocketFrame(fin: true, opcode: .binary, data: buffer)
            }
        do {
            try await withTaskCancellationHandler {
                try await channel.writeAndFlush(frame)
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            try Task.checkCancellation()
            throw WebSocketError.closed(closing)
        }
    }

    /// Sends a close frame, waits for the peer's as long as the settings say, and closes.
    public func close(_ closing: WebSocketClosing = .normal) async {
        channel.triggerUserOutboundEvent(WebSocketHandler.Command.close(closing), promise: nil)
        try? await channel.closeFuture.get()
    }

    /// Makes the connection of a channel whose handshake is done and whose pipeline ends with NIOWebSocket's frame encoder
    /// and frame decoder. Both upgraders of NIOWebSocket leave it like that with their automatic error handling off.
    ///
    /// To be called in the channel's event loop.
    public static func install(
        on channel: any Channel, role: Role, subprotocol: String?, settings: WebSocketSettings = WebSocketSettings()
    ) throws -> WebSocketConnection {
        let record = WebSocketRecord()
        let strategy = NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(
            lowWatermark: max(1, settings.bufferedMessages / 4), highWatermark: max(2, settings.bufferedMessages))
        let produced = WebSocketReader.Producer.makeSequence(
            backPressureStrategy: strategy, finishOnDeinit: true, delegate: WebSocketReader.Demand(channel: channel))
        try channel.pipeline.syncOperations.addHandlers(
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1 << 16,
                maxAccumulatedFrameSize: settings.maximumMessageSize),
            WebSocketHandler(role: role, settings: settings, record: record, source: produced.source))
        let reader = WebSocketReader(produced.sequence)
        return WebSocketConnection(
            channel: channel, subprotocol: subprotocol, record: record,
            messages: AsyncThrowingStream { try await reader.next() })
    }
}

/// What the two sides of a connection, the event loop and its users, both look at.
final class WebSocketRecord: Sendable {
    private let state = Mutex<WebSocketClosing?>(nil)
    var closing: WebSocketClosing? { state.withLock(\.self) }
    func record(_ closing: WebSocketClosing) { state.withLock { $0 = $0 ?? closing } }
}
