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

/// Why a connection was closed: the status code and the reason of a close frame (RFC 6455, 7.4).
public struct WebSocketClosing: Sendable, Hashable, CustomStringConvertible {
    public var code: UInt16
    /// At most 123 bytes of it are sent.
    public var reason: String

    public init(code: UInt16, reason: String = "") {
        self.code = code
        self.reason = reason
    }

    public static let normal = WebSocketClosing(code: 1000)
    public static let goingAway = WebSocketClosing(code: 1001)
    public static let protocolError = WebSocketClosing(code: 1002)
    public static let invalidText = WebSocketClosing(code: 1007, reason: "a text message is not UTF-8")
    public static let tooLarge = WebSocketClosing(code: 1009)
    public static let internalError = WebSocketClosing(code: 1011)

    public var description: String { reason.isEmpty ? "\(code)" : "\(code) \(reason)" }
}
