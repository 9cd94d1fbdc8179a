import NIOCore

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

    /// What stands for a close frame without a code (RFC 6455, 7.1.5); never sent.
    static let none = WebSocketClosing(code: 1005)

    public var description: String { reason.isEmpty ? "\(code)" : "\(code) \(reason)" }
}

extension WebSocketClosing {
    /// Of the reason; a control frame has 125 bytes, and the code takes two (RFC 6455, 5.5).
    private static let maximumReason = 123

    /// nil for a frame that says nothing. What RFC 6455 forbids it to say is a protocol error.
    init?(frame: ByteBuffer) {
        var data = frame
        guard data.readableBytes > 0 else { return nil }
        guard let code: UInt16 = data.readInteger(),
            let reason = try? data.readUTF8ValidatedString(length: data.readableBytes)
        else {
            self = .protocolError
            return
        }
        self.init(code: code, reason: reason)
    }

    /// Whether a close frame may have this code (RFC 6455, 7.4, and what IANA has registered since).
    var isSendable: Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    func write(to data: inout ByteBuffer) {
        data.writeInteger(code)
        // Cut between scalars: looking for characters takes quadratic time in texts that are made for it.
        var end = 0
        for scalar in reason.unicodeScalars {
            let next = end + UTF8.width(scalar)
            guard next <= Self.maximumReason else { break }
            end = next
        }
        data.writeBytes(reason.utf8.prefix(end))
    }
}
