import Authentication
import ChaosCenter
import DocumentStore
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import NIOCore
import ServiceLifecycle
import WebSocket

/// What a request is handled with: also where it came from.
struct CenterRequestContext: RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

/// The one port of the Chaos Center: the servers of users and of GraphQL, and the pages about the process.
struct CenterFront: Service {
    /// How long answers may go on once the server is told to stop, before connections are cut.
    private static let grace = Duration.milliseconds(600)
    /// For connections between two requests. Longer than what load balancers keep theirs for.
    private static let idle = Duration.seconds(120)

    private let configuration: CenterConfiguration
    private let responder: RouterResponder<CenterRequestContext>
    private let api: CenterAPI
    private let logger: Logger
    private let connections = ConnectionRegistry()
    private let bound: AsyncThrowingStream<HostPort, any Error>
    private let report: AsyncThrowingStream<HostPort, any Error>.Continuation

    init(
        configuration: CenterConfiguration, database: DocumentDatabase, authentication: AuthenticationServer,
        center: ChaosCenter, logger: Logger
    ) throws {
        self.configuration = configuration
        self.logger = logger
        (bound, report) = AsyncThrowingStream.makeStream()
        let requests = RequestFigures()
        api = try CenterAPI(
            center, observe: { requests.note($0) }, unauthenticated: { requests.noteUnauthenticated() })
        let router = Router(context: CenterRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProtectiveHeaders())
        router.add(middleware: OriginCheck(authentication: authentication, prefix: "/api"))
        router.add(middleware: AuthenticationFailures(prefix: "/auth", requests: requests))
        AuthenticationRoutes(authentication).mount(on: router, at: "/auth")
        api.mount(on: router, at: "/api")
        CenterPages(database: database).mount(on: router, api: "/api")
        if configuration.hasMetrics {
            MetricsPage(center: center, requests: requests, logger: logger).mount(on: router)
        }
        responder = router.buildResponder()
    }

    /// Where it listens. Waits until it does. To be asked for once.
    /// - Throws: why it cannot listen.
    var address: HostPort {
        get async throws {
            for try await address in bound { return address }
            throw CancellationError()
        }
    }

    /// - Throws: `CommandError` when it cannot listen.
    func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let server = application()
                group.addTask { try await server.run() }
                group.addTask { await cutAfterShutdown() }
                try await group.next()
                group.cancelAll()
            }
        } catch is CancellationError {
            report.finish()
        } catch {
            let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            let error = CommandError(
                "cannot listen on \(configuration.listen): \(reason); choose another address with "
                    + "\(configuration.listenOption), or stop what uses it")
            report.finish(throwing: error)
            throw error
        }
    }

    private func application() -> some ApplicationProtocol {
        Application(
            responder: responder, server: server,
            configuration: .init(
                address: .hostname(configuration.listen.host, port: configuration.listen.port), serverName: nil,
                backlog: 1024),
            onServerRunning: { [configuration, report] channel in
                var address = configuration.listen
                address.port = channel.localAddress?.port ?? address.port
                report.yield(address)
            },
            // A server that cannot listen tells why; that a connection was cut is no news.
            logger: logger.quiet)
    }

    private var server: HTTPServerBuilder {
        let socket = api.webSocket(at: "/api")
        let http1 = HTTP1Channel.Configuration(idleTimeout: TimeAmount(Self.idle))
        return HTTPServerBuilder { [connections, configuration] responder in
            guard let tls = configuration.tls else {
                return RegisteredChannel(
                    base: WebSocketHTTP1Channel(responder: responder, configuration: http1, webSocket: socket),
                    registry: connections)
            }
            return RegisteredChannel(
                base: try WebSocketHTTP2Channel(
                    tlsConfiguration: tls.configuration,
                    configuration: .init(idleTimeout: Self.idle, streamConfiguration: http1), responder: responder,
                    webSocket: socket),
                registry: connections)
        }
    }

    /// Waits for the shutdown, gives answers their grace, then cuts what is still connected.
    private func cutAfterShutdown() async {
        do {
            try await gracefulShutdown()
            try await Task.sleep(for: Self.grace)
            connections.cutAll()
        } catch {}  // cancelled: the connections are gone already
    }
}
