/// Why a connection ended without a close frame, or did not begin.
public enum WebSocketError: Error, Sendable, CustomStringConvertible {
    /// The connection was cut, without a close frame before it.
    case broken
    /// Nothing came back after a ping.
    case silent
    /// The peer sent what RFC 6455 forbids.
    case violation(String)
    /// The connection was closed before or while a message was sent.
    case closed(WebSocketClosing?)
    /// Two tasks read the messages of one connection at once.
    case readTwice
    /// The server answered the handshake, but not with an upgrade.
    case refused(WebSocketRefusal)
    /// The handshake took longer than allowed.
    case timedOut
    /// The proxy did not lead to the server.
    case proxy(String)

    public var description: String {
        switch self {
        case .broken: "the connection was cut"
        case .silent: "the other end does not answer any more"
        case .violation(let what): "the other end does not speak WebSocket: \(what)"
        case .closed(let closing): closing.map { "the connection is closed: \($0)" } ?? "the connection is closed"
        case .readTwice: "two tasks read one connection at once"
        case .refused(let refusal): "the server answered \(refusal.status) instead of opening a WebSocket"
        case .timedOut: "the server did not open a WebSocket in time"
        case .proxy(let reason): "the proxy does not lead to the server: \(reason)"
        }
    }
}
