import NIOCore

/// One message of RFC 6455, whole, however many frames it came in.
public enum WebSocketMessage: Sendable, Hashable {
    case text(String)
    case binary(ByteBuffer)

    /// The payload, of either kind.
    public var bytes: ByteBuffer {
        switch self {
        case .text(let text): ByteBuffer(string: text)
        case .binary(let buffer): buffer
        }
    }
}
