import HTTPTypes
import NIOCore
import NIOHTTP1

/// A request that asks a server for a WebSocket.
public struct WebSocketUpgradeRequest: Sendable {
    /// Method, path with query, and headers.
    public var head: HTTPRequest
    /// What the client offers in `Sec-WebSocket-Protocol`, in its order of preference.
    public var subprotocols: [String]
    public var remoteAddress: SocketAddress?

    public init(head: HTTPRequest, subprotocols: [String], remoteAddress: SocketAddress? = nil) {
        self.head = head
        self.subprotocols = subprotocols
        self.remoteAddress = remoteAddress
    }

    /// nil for a head that HTTP's semantics do not allow.
    init?(_ head: HTTPRequestHead, remoteAddress: SocketAddress?) {
        guard let method = HTTPRequest.Method(head.method.rawValue) else { return nil }
        var fields = HTTPFields()
        for (name, value) in head.headers where name.lowercased() != "host" {
            guard let name = HTTPField.Name(name) else { return nil }
            fields.append(HTTPField(name: name, value: value))
        }
        self.init(
            head: HTTPRequest(
                method: method, scheme: nil, authority: head.headers.first(name: "Host"), path: head.uri,
                headerFields: fields),
            subprotocols: WebSocketHandshake.subprotocols(in: head.headers), remoteAddress: remoteAddress)
    }
}
