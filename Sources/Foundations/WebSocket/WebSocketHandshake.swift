import NIOHTTP1

/// What both ends read of a handshake (RFC 6455, section 4).
public enum WebSocketHandshake {
    public static let protocolHeader = "Sec-WebSocket-Protocol"

    /// The subprotocols that headers name, in order.
    public static func subprotocols(in headers: HTTPHeaders) -> [String] {
        headers[canonicalForm: protocolHeader].map(String.init)
    }

    /// The first of the client's subprotocols that the server speaks.
    public static func choose(offered: [String], supported: [String]) -> String? {
        offered.first(where: supported.contains)
    }
}
