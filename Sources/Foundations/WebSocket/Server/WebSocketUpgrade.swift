import HTTPTypes

/// Decides which requests of a server become WebSockets.
///
/// Only the first request of a connection can, which is how every client asks. A request that is not accepted is
/// answered by the server's HTTP responder, like any other: that is the place for the error that the client reads.
public struct WebSocketUpgrade: Sendable {
    /// nil leaves the request to the HTTP responder.
    public typealias Decision = @Sendable (WebSocketUpgradeRequest) async -> WebSocketAcceptance?

    /// For all connections of the server.
    public var settings: WebSocketSettings
    public var decide: Decision

    public init(settings: WebSocketSettings = WebSocketSettings(), decide: @escaping Decision) {
        self.settings = settings
        self.decide = decide
    }
}

/// The consent to an upgrade.
public struct WebSocketAcceptance: Sendable {
    /// Serves one connection.
    ///
    /// Returning closes it with code 1000, throwing `WebSocketClosure` with the code and reason in it, throwing anything
    /// else with 1011. When the server is told to shut down, the connection is closed with 1001 and `messages` ends. When
    /// the connection is gone, for whatever reason, the task is cancelled.
    public typealias Handler = @Sendable (WebSocketConnection) async throws -> Void

    /// One of those that were offered; nil for none.
    public var subprotocol: String?
    /// Further headers of the answer.
    public var headers: HTTPFields
    public var handler: Handler

    public init(subprotocol: String? = nil, headers: HTTPFields = [:], handler: @escaping Handler) {
        self.subprotocol = subprotocol
        self.headers = headers
        self.handler = handler
    }
}

/// Thrown by a handler to close its connection with a code and a reason that the client reads.
public struct WebSocketClosure: Error, Sendable, Hashable, CustomStringConvertible {
    public var closing: WebSocketClosing

    /// - Parameter code: 4000 to 4999 are the application's own.
    public init(code: UInt16, reason: String = "") { closing = WebSocketClosing(code: code, reason: reason) }

    public var description: String { "close the WebSocket: \(closing)" }
}
