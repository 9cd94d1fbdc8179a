import HTTPTypes
import NIOCore
import WebSocket

/// Limits and times of an endpoint.
public struct GraphQLTransportSettings: Sendable {
    /// Bytes of a request's body; a longer one is answered 413.
    public var bodySize: Int
    /// Requests in one body; nil refuses bodies that are lists.
    public var batchSize: Int?
    /// How long a subscription over HTTP waits for the event that is its answer; 504 after that.
    public var firstEvent: Duration
    /// Status of an `application/json` answer to a request that was not executed: 200 as the specification says, or 422
    /// as older servers do. `application/graphql-response+json` always has 400.
    public var requestErrorStatus: HTTPResponse.Status

    /// Message size (1009 for a longer one), pings and closing of WebSockets.
    public var webSocket: WebSocketSettings
    /// How long a client may take to send `connection_init`; 4408 after that.
    public var initialisation: Duration
    /// Between the `ka` messages of `graphql-ws`.
    public var keepAlive: Duration
    /// Operations that one connection has open at a time; another one fails.
    public var operations: Int
    /// Events of one subscription that wait for a slow client. Until there is room again, no more are taken from its
    /// source.
    public var bufferedEvents: Int
    /// How long a subscription waits for a client that takes none of its events; then it fails.
    public var patience: Duration
    /// Bytes of these events, unless it is a single one. While so much waits on a connection, none of its messages is
    /// read.
    public var bufferedBytes: Int

    /// Limits that no honest client meets.
    public init(
        bodySize: Int = 4 << 20, batchSize: Int? = nil, firstEvent: Duration = .seconds(120),
        requestErrorStatus: HTTPResponse.Status = .ok,
        webSocket: WebSocketSettings = WebSocketSettings(maximumMessageSize: 4 << 20),
        initialisation: Duration = .seconds(10), keepAlive: Duration = .seconds(10), operations: Int = 100,
        bufferedEvents: Int = 100, bufferedBytes: Int = 1 << 20, patience: Duration = .seconds(10)
    ) {
        self.bodySize = bodySize
        self.batchSize = batchSize
        self.firstEvent = firstEvent
        self.requestErrorStatus = requestErrorStatus
        self.webSocket = webSocket
        self.initialisation = initialisation
        self.keepAlive = keepAlive
        self.operations = operations
        self.bufferedEvents = bufferedEvents
        self.bufferedBytes = bufferedBytes
        self.patience = patience
    }
}
