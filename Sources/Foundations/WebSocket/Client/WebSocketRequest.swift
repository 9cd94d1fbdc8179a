import NIOCore
import NIOHTTP1
import NIOSSL

/// Where a client connects to, and what it asks for.
public struct WebSocketRequest: Sendable {
    public struct TLS: Sendable {
        public var context: NIOSSLContext
        /// The name asked for and expected in the certificate; nil checks the address that is connected to.
        public var serverName: String?

        public init(context: NIOSSLContext, serverName: String? = nil) {
            self.context = context
            self.serverName = serverName
        }
    }

    public enum Proxy: Sendable, Hashable {
        /// By `CONNECT`; `authorization` is the value of `Proxy-Authorization`.
        case http(host: String, port: Int, authorization: String?)
        /// SOCKS 5 without authentication.
        case socks(host: String, port: Int)
    }

    /// A name or an address, without the brackets of IPv6.
    public var host: String
    public var port: Int
    /// Path and query, encoded.
    public var target: String
    /// `Host` among them where it is not `host:port`.
    public var headers = HTTPHeaders()
    /// In the order of preference.
    public var subprotocols: [String] = []
    /// nil: `ws`, not `wss`.
    public var tls: TLS?
    public var proxy: Proxy?
    /// For the connection, and again for the handshake.
    public var timeout = TimeAmount.seconds(10)

    public init(host: String, port: Int, target: String) {
        self.host = host
        self.port = port
        self.target = target
    }

    var head: HTTPRequestHead {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: headers)
        if !headers.contains(name: "Host") {
            head.headers.add(name: "Host", value: "\(host.contains(":") ? "[\(host)]" : host):\(port)")
        }
        if !subprotocols.isEmpty {
            head.headers.add(
                name: WebSocketHandshake.protocolHeader, value: subprotocols.joined(separator: ", "))
        }
        return head
    }
}
