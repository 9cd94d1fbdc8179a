import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// Child channel of a server for HTTP/1.1 whose connections can become WebSockets.
public struct WebSocketHTTP1Channel: ServerChildChannel, HTTPChannelHandler {
    /// What a connection has become.
    enum Outcome: Sendable {
        case http(HTTP1Channel.Value)
        case webSocket(WebSocketSession)
    }

    public struct Value: ServerChildChannelValue {
        let outcome: EventLoopFuture<Outcome>
        public let channel: any Channel
    }

    /// Answers every request that does not become a WebSocket.
    public let responder: HTTPChannelHandler.Responder
    public let configuration: HTTP1Channel.Configuration
    public let webSocket: WebSocketUpgrade

    public init(
        responder: @escaping HTTPChannelHandler.Responder, configuration: HTTP1Channel.Configuration = .init(),
        webSocket: WebSocketUpgrade
    ) {
        self.responder = responder
        self.configuration = configuration
        self.webSocket = webSocket
    }

    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let accepted = NIOLoopBoundBox<WebSocketAcceptance?>(nil, eventLoop: channel.eventLoop)
            let first = NIOLoopBound(FirstRequestHandler(), eventLoop: channel.eventLoop)
            let keeper = NIOLoopBound(RequestKeeper(), eventLoop: channel.eventLoop)
            let upgrader = NIOTypedWebSocketServerUpgrader<Outcome>(
                maxFrameSize: min(Int(UInt32.max), webSocket.settings.maximumMessageSize),
                enableAutomaticErrorHandling: false,
                shouldUpgrade: { channel, head in
                    first.value.begin()
                    return decide(head, channel, accepted)
                },
                upgradePipelineHandler: { channel, _ in
                    channel.eventLoop.makeCompletedFuture {
                        _ = keeper.value.finish()
                        guard let acceptance = accepted.value else { throw WebSocketError.closed(nil) }
                        channel.pipeline.syncOperations.removeHandler(first.value, promise: nil)
                        return .webSocket(try open(acceptance, on: channel, logger))
                    }
                })
            let handover = NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
                channel.eventLoop.makeCompletedFuture { () -> Outcome in
                    let http = try serveHTTP(channel, logger)
                    first.value.replay(keeper.value.finish())
                    channel.pipeline.syncOperations.removeHandler(first.value, promise: nil)
                    return .http(http)
                }
            }
            let pipeline = channel.pipeline.syncOperations
            let encoder = HTTPResponseEncoder()
            let decoder = ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoderLimits))
            // The keeper goes first, so that it does not see the bytes that the decoder leaves.
            let handler = NIOTypedHTTPServerUpgradeHandler(
                httpEncoder: encoder, extraHTTPHandlers: [keeper.value, decoder], upgradeConfiguration: handover)
            try pipeline.addHandlers(encoder, decoder, keeper.value, handler)
            let outcome = handler.upgradeResultFuture
            try pipeline.addHandler(first.value)
            return Value(outcome: outcome, channel: channel)
        }
    }

    private var decoderLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = configuration.httpDecoder.maxHeaderFieldSize
        limits.maxHeaderListSize = configuration.httpDecoder.maxHeaderListSize
        limits.maxHeaderFieldCount = configuration.httpDecoder.maxHeaderFieldCount
        return limits
    }

    /// - Returns: headers for the answer; nil leaves the request to HTTP.
    private func decide(
        _ head: HTTPRequestHead, _ channel: any Channel, _ accepted: NIOLoopBoundBox<WebSocketAcceptance?>
    ) -> EventLoopFuture<HTTPHeaders?> {
        guard let request = WebSocketUpgradeRequest(head, remoteAddress: channel.remoteAddress) else {
            return channel.eventLoop.makeSucceededFuture(nil)
        }
        return channel.eventLoop.makeFutureWithTask { await webSocket.decide(request) }.map { acceptance in
            guard let acceptance else { return nil }
            accepted.value = acceptance
            var headers = HTTPHeaders()
            for field in acceptance.headers { headers.add(name: field.name.canonicalName, value: field.value) }
            if let agreed = acceptance.subprotocol {
                headers.replaceOrAdd(name: WebSocketHandshake.protocolHeader, value: agreed)
            }
            return headers
        }
    }

    private func open(
        _ acceptance: WebSocketAcceptance, on channel: any Channel, _ logger: Logger
    ) throws -> WebSocketSession {
        // Half a connection is none: a client that sends no more without saying so has gone.
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
        try channel.pipeline.syncOperations.addHandler(ClientFrameCheck())
        let connection = try WebSocketConnection.install(
            on: channel, role: .server, subprotocol: acceptance.subprotocol, settings: webSocket.settings)
        return WebSocketSession(
            connection: connection, channel: channel, handler: acceptance.handler,
            closeTimeout: webSocket.settings.closeTimeout, logger: logger)
    }

    /// What `HTTP1Channel` adds to a pipeline that can already read and write HTTP/1.1.
    private func serveHTTP(_ channel: any Channel, _ logger: Logger) throws -> HTTP1Channel.Value {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandlers(configuration.additionalChannelHandlers())
        try pipeline.addHandler(
            HTTPConnectionStateHandler(idleTimeout: configuration.idleTimeout.map { .init($0) }, logger: logger))
        return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }

    public func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .webSocket(let session): await session.run()
            }
        } catch {
            logger.trace("a connection ended before its first request", metadata: ["reason": "\(error)"])
        }
    }
}

extension HTTPServerBuilder {
    /// HTTP/1.1 without TLS, with WebSockets.
    public static func http1WebSocket(
        configuration: HTTP1Channel.Configuration = .init(), webSocket: WebSocketUpgrade
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            WebSocketHTTP1Channel(responder: responder, configuration: configuration, webSocket: webSocket)
        }
    }
}
