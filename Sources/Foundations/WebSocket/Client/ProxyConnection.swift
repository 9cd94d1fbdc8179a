import NIOCore
import NIOExtras
import NIOHTTP1
import NIOSOCKS

/// Leads a connected channel through a proxy, so that what follows talks to the server.
enum ProxyConnection {
    static func pass(_ request: WebSocketRequest, on channel: any Channel) async throws {
        do {
            switch request.proxy {
            case nil: return
            case .http(_, _, let authorization):
                try await connect(request, authorization, on: channel)
            case .socks: try await socks(request, on: channel)
            }
        } catch let error as ChannelError {
            throw error
        } catch {
            throw WebSocketError.proxy("\(error)")
        }
    }

    private static func connect(
        _ request: WebSocketRequest, _ authorization: String?, on channel: any Channel
    ) async throws {
        let loop = channel.eventLoop
        try await loop.flatSubmit { () -> EventLoopFuture<Void> in
            let promise = loop.makePromise(of: Void.self)
            var headers = HTTPHeaders()
            if let authorization { headers.add(name: "Proxy-Authorization", value: authorization) }
            let encoder = HTTPRequestEncoder()
            let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
            let proxy = NIOHTTP1ProxyConnectHandler(
                targetHost: request.host, targetPort: request.port, headers: headers,
                deadline: .now() + request.timeout, promise: promise)
            let pipeline = channel.pipeline.syncOperations
            do {
                try pipeline.addHandlers(encoder, decoder, proxy)
            } catch {
                promise.fail(error)
            }
            return promise.futureResult.assumeIsolated().flatMap {
                // The proxy handler removes itself.
                pipeline.removeHandler(encoder).and(pipeline.removeHandler(decoder)).map { _ in }
            }.nonisolated()
        }.get()
    }

    private static func socks(_ request: WebSocketRequest, on channel: any Channel) async throws {
        let loop = channel.eventLoop
        try await loop.flatSubmit { () -> EventLoopFuture<Void> in
            let promise = loop.makePromise(of: Void.self)
            let target =
                (try? SocketAddress(ipAddress: request.host, port: request.port)).map(SOCKSAddress.address)
                ?? .domain(request.host, port: request.port)
            let handler = SOCKSClientHandler(targetAddress: target)
            let end = SOCKSEnd(promise)
            let pipeline = channel.pipeline.syncOperations
            do {
                try pipeline.addHandlers(handler, end)
            } catch {
                promise.fail(error)
            }
            return promise.futureResult.assumeIsolated().flatMap {
                pipeline.removeHandler(handler).and(pipeline.removeHandler(end)).map { _ in }
            }.nonisolated()
        }.get()
    }

    /// Notices that the SOCKS handshake is over.
    private final class SOCKSEnd: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = Never
        private let promise: EventLoopPromise<Void>

        init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is SOCKSProxyEstablishedEvent { promise.succeed() }
            context.fireUserInboundEventTriggered(event)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }

        func handlerRemoved(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
    }
}
