import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// Opens WebSockets (RFC 6455), also through proxies.
public enum WebSocketClient {
    private enum Outcome: Sendable {
        case open(WebSocketConnection)
        case refused(EventLoopFuture<WebSocketRefusal>)
    }

    /// Connects and upgrades.
    /// - Parameter prepare: sets options of the channel, once it is connected.
    /// - Throws: `WebSocketError` (`refused` with the server's answer, `timedOut`, `proxy`, `broken`), NIO's errors of
    ///   connections and TLS, `CancellationError`. The connection is closed then.
    public static func connect(
        _ request: WebSocketRequest, settings: WebSocketSettings = WebSocketSettings(),
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void> = { $0.eventLoop.makeSucceededVoidFuture() }
    ) async throws -> WebSocketConnection {
        let (host, port) = request.firstHop
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: group)
                .connectTimeout(request.timeout)
                .channelInitializer(prepare)
                .connect(host: host, port: port).get()
        } catch ChannelError.connectTimeout {
            throw WebSocketError.timedOut
        }
        let hasTimedOut = Mutex(false)
        let deadline = channel.eventLoop.scheduleTask(in: request.timeout) {
            hasTimedOut.withLock { $0 = true }
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await ProxyConnection.pass(request, on: channel)
                return try await upgrade(request, settings, on: channel)
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            channel.close(promise: nil)
            try Task.checkCancellation()
            throw meaning(of: error, hasTimedOut: hasTimedOut.withLock(\.self))
        }
    }

    private static func upgrade(
        _ request: WebSocketRequest, _ settings: WebSocketSettings, on channel: any Channel
    ) async throws -> WebSocketConnection {
        let outcome = try await channel.eventLoop.flatSubmit { () -> EventLoopFuture<Outcome> in
            do {
                if let tls = request.tls {
                    try channel.pipeline.syncOperations.addHandler(
                        try NIOSSLClientHandler(context: tls.context, serverHostname: tls.serverName))
                }
                let gate = HandshakeGate()
                try channel.pipeline.syncOperations.addHandler(gate)
                return try configure(
                    request, settings, on: channel, gate: NIOLoopBound(gate, eventLoop: channel.eventLoop))
            } catch {
                return channel.eventLoop.makeFailedFuture(error)
            }
        }.get()
        switch outcome {
        case .open(let connection): return connection
        case .refused(let answer): throw WebSocketError.refused(try await answer.get())
        }
    }

    private static func configure(
        _ request: WebSocketRequest, _ settings: WebSocketSettings, on channel: any Channel,
        gate: NIOLoopBound<HandshakeGate>
    ) throws -> EventLoopFuture<Outcome> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Outcome>(
            maxFrameSize: min(settings.maximumMessageSize, Int(UInt32.max)), enableAutomaticErrorHandling: false
        ) { channel, head in
            channel.eventLoop.makeCompletedFuture {
                gate.value.isOpen = true
                let chosen = WebSocketHandshake.subprotocols(in: head.headers).first
                return .open(
                    try WebSocketConnection.install(
                        on: channel, role: .client, subprotocol: chosen, settings: settings))
            }
        }
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration<Outcome>(
                upgradeRequestHead: request.head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let promise = channel.eventLoop.makePromise(of: WebSocketRefusal.self)
                        try channel.pipeline.syncOperations.addHandler(RefusalCollector(promise))
                        return .refused(promise.futureResult)
                    }
                }))
        // A server may send its first frames together with the answer.
        configuration.leftOverBytesStrategy = .forwardBytes
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: configuration)
    }

    private static func meaning(of error: any Error, hasTimedOut: Bool) -> any Error {
        if hasTimedOut { return WebSocketError.timedOut }
        switch error {
        // What the upgrade fails with when the channel is gone.
        case ChannelError.inappropriateOperationForState, ChannelError.ioOnClosedChannel, ChannelError.eof:
            return WebSocketError.broken
        default: return error
        }
    }
}

extension WebSocketRequest {
    /// What the socket connects to.
    var firstHop: (host: String, port: Int) {
        switch proxy {
        case .http(let host, let port, _), .socks(let host, let port): (host, port)
        case nil: (host, port)
        }
    }
}
