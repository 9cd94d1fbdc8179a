import NIOCore

/// What a connection puts up with. Both ends use the same.
public struct WebSocketSettings: Sendable {
    /// A longer message closes the connection with 1009. Bytes.
    public var maximumMessageSize: Int
    /// A ping is sent this often, and the connection given up when nothing comes back until the next; nil sends none.
    public var pingInterval: TimeAmount?
    /// How long the peer may take to answer a close frame before the connection is just cut.
    public var closeTimeout: TimeAmount
    /// Messages that may wait for the reader until nothing more is read from the network.
    public var bufferedMessages: Int

    public init(
        maximumMessageSize: Int = 16 * 1024 * 1024, pingInterval: TimeAmount? = .seconds(30),
        closeTimeout: TimeAmount = .seconds(1), bufferedMessages: Int = 16
    ) {
        self.maximumMessageSize = maximumMessageSize
        self.pingInterval = pingInterval
        self.closeTimeout = closeTimeout
        self.bufferedMessages = bufferedMessages
    }
}
