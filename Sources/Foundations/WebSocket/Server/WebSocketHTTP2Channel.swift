import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// Child channel of a server over TLS for HTTP/2 and, where the client prefers or knows nothing else, HTTP/1.1 (by
/// ALPN), whose HTTP/1.1 connections can become WebSockets.
public struct WebSocketHTTP2Channel: ServerChildChannel {
    enum Outcome: Sendable {
        case http1(WebSocketHTTP1Channel.Value)
        case http2(HTTP2Channel.Value)
    }

    public struct Value: ServerChildChannelValue {
        let outcome: EventLoopFuture<Outcome>
        public let channel: any Channel
    }

    private let tls: NIOSSLContext
    private let http1: WebSocketHTTP1Channel
    private let http2: HTTP2Channel

    /// - Parameter tlsConfiguration: its application protocols are replaced.
    /// - Throws: what NIOSSL finds wrong with certificates and keys.
    public init(
        tlsConfiguration: TLSConfiguration, configuration: HTTP2ChannelConfiguration = .init(),
        responder: @escaping HTTPChannelHandler.Responder, webSocket: WebSocketUpgrade
    ) throws {
        var tlsConfiguration = tlsConfiguration
        tlsConfiguration.applicationProtocols = ["h2", "http/1.1"]
        tls = try NIOSSLContext(configuration: tlsConfiguration)
        http1 = WebSocketHTTP1Channel(
            responder: responder, configuration: configuration.streamConfiguration, webSocket: webSocket)
        http2 = HTTP2Channel(responder: responder, configuration: configuration)
    }

    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Outcome> { result in
                switch result {
                case .negotiated("h2"): http2.setup(channel: channel, logger: logger).map { .http2($0) }
                case .negotiated, .fallback: http1.setup(channel: channel, logger: logger).map { .http1($0) }
                }
            }
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(NIOSSLServerHandler(context: tls))
            try pipeline.addHandler(negotiation)
            return Value(outcome: negotiation.protocolNegotiationResult, channel: channel)
        }
    }

    public func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .http1(let connection): await http1.handle(value: connection, logger: logger)
            case .http2(let connection): await http2.handle(value: connection, logger: logger)
            }
        } catch {
            logger.debug("a connection ended before TLS was agreed on", metadata: ["reason": "\(error)"])
        }
    }
}

extension HTTPServerBuilder {
    /// HTTP/2 and HTTP/1.1 over TLS, with WebSockets on HTTP/1.1.
    public static func http2WebSocket(
        tlsConfiguration: TLSConfiguration, configuration: HTTP2ChannelConfiguration = .init(),
        webSocket: WebSocketUpgrade
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            try WebSocketHTTP2Channel(
                tlsConfiguration: tlsConfiguration, configuration: configuration, responder: responder,
                webSocket: webSocket)
        }
    }
}
