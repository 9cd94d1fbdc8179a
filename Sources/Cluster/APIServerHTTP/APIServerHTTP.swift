import EmbeddedAPIServer
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import WebSocket

/// The HTTPS front of the embedded API server: the Kubernetes REST API over HTTP/1.1 and HTTP/2 (by ALPN), for
/// kubectl and every other client.
public final class APIServerHTTP: ServiceLifecycle.Service {
    /// A host (name or IP address) and a port.
    public struct Address: Sendable, Hashable, CustomStringConvertible {
        public var host: String
        public var port: Int

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `127.0.0.1:6443`, `[::1]:6443`.
        public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    public struct Configuration: Sendable {
        /// Where to listen; port 0 takes a free one (see `boundAddresses`).
        public var addresses: [Address]
        public var credentials: ClusterCredentials
        /// Further DNS names and IP addresses for the server's certificate, such as the cluster address of the
        /// `kubernetes` Service. Those of `addresses` and the usual ones are in it anyway.
        public var certificateNames: [String]
        public var version: ServerVersion
        /// How long answers may go on once the server is told to stop, before connections are cut.
        public var shutdownGrace: Duration
        /// For `/readyz`: why the cluster is not ready, nil when it is.
        public var readiness: @Sendable () async -> String?

        public init(
            addresses: [Address] = [Address(host: "127.0.0.1", port: 0)], credentials: ClusterCredentials,
            certificateNames: [String] = [], version: ServerVersion = ServerVersion(),
            shutdownGrace: Duration = .milliseconds(250), readiness: @escaping @Sendable () async -> String? = { nil }
        ) {
            self.addresses = addresses
            self.credentials = credentials
            self.certificateNames = certificateNames
            self.version = version
            self.shutdownGrace = shutdownGrace
            self.readiness = readiness
        }
    }

    /// Issues the tokens that the server takes: the backend's `TokenIssuer`.
    public let tokens: ServiceAccountTokens
    /// Knows whose a token is: the backend's `TokenReviewer`.
    public let authenticator: Authenticator
    private let configuration: Configuration
    private let backend: any APIBackend
    private let logger: Logger
    private let eventLoopGroup: any EventLoopGroup
    private let bound: BoundAddresses
    private let streams = OpenStreams()
    private let connections = ConnectionRegistry()

    /// - Throws: `CredentialsError` when the credentials cannot be read.
    public init(
        backend: any APIBackend, configuration: Configuration, logger: Logger,
        eventLoopGroup: any EventLoopGroup = EventLoopGroupProvider.singleton.eventLoopGroup
    ) throws {
        let credentials = configuration.credentials
        tokens = try ServiceAccountTokens(signingKeyPEM: credentials.serviceAccountKeyPEM)
        authenticator = Authenticator(adminToken: credentials.adminToken, tokens: tokens, backend: backend)
        self.backend = backend
        self.configuration = configuration
        self.logger = logger
        self.eventLoopGroup = eventLoopGroup
        bound = BoundAddresses(count: configuration.addresses.count)
    }

    /// Where the server listens, in the order of the configuration. Waits until every socket is bound.
    /// - Throws: what kept the server from binding.
    public var boundAddresses: [Address] {
        get async throws { try await bound.all }
    }

    /// Serves until cancelled or told to shut down; then ends every watch and closes every connection.
    /// - Throws: `APIServerHTTPError` when an address cannot be bound.
    public func run() async throws {
        do {
            let tls = try tlsConfiguration()
            try await serve(tls, requestHandler())
        } catch {
            bound.fail(error)
            throw error
        }
    }

    private func serve(_ tls: TLSConfiguration, _ handler: RequestHandler) async throws {
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, address) in configuration.addresses.enumerated() {
                        let server = try self.server(tls, handler, address, index)
                        group.addTask { try await Self.run(server, at: address) }
                    }
                    group.addTask { await self.cutAfterShutdown() }
                    for _ in configuration.addresses { try await group.next() }
                    group.cancelAll()
                }
            } onGracefulShutdown: { [streams] in
                streams.closeAll()
            }
        } onCancel: { [streams, connections] in
            streams.closeAll()
            connections.cutAll()
        }
    }

    private static func run(_ server: any ServiceLifecycle.Service, at address: Address) async throws {
        do {
            try await server.run()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw APIServerHTTPError.cannotListen(address, reason: "\(error)")
        }
    }

    /// Waits for the shutdown, gives answers their grace, then cuts what is still connected.
    private func cutAfterShutdown() async {
        do {
            try await gracefulShutdown()
            try await Task.sleep(for: configuration.shutdownGrace)
            connections.cutAll()
        } catch {}  // cancelled: the connections are gone already
    }

    private func tlsConfiguration() throws -> TLSConfiguration {
        let names = CertificateNames.all(configuration.certificateNames + configuration.addresses.map(\.host))
        let issued = try configuration.credentials.authority.issueServerCertificate(names: names)
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(issued.certificatePEM.utf8))
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(issued.keyPEM.utf8), format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        return tls
    }

    private func requestHandler() -> RequestHandler {
        RequestHandler(
            backend: backend, authenticator: authenticator, version: configuration.version,
            isReady: configuration.readiness, logger: logger)
    }

    private func server(
        _ tls: TLSConfiguration, _ handler: RequestHandler, _ address: Address, _ index: Int
    ) throws -> any ServiceLifecycle.Service {
        let writer = ReplyWriter(streams: streams)
        let upgrade = ExecUpgrade(handler: handler)
        let builder = HTTPServerBuilder { [connections] responder in
            RegisteredChannel(
                base: try WebSocketHTTP2Channel(
                    tlsConfiguration: tls, responder: responder, webSocket: upgrade.webSocket), registry: connections)
        }
        return try builder.buildServer(
            configuration: .init(address: .hostname(address.host, port: address.port), backlog: 1024),
            eventLoopGroup: eventLoopGroup, logger: logger
        ) { request, response, channel in
            let reply = await handler.reply(to: APIRequest(request))
            try await writer.write(reply, to: request, on: channel, response)
        } onServerRunning: { [bound] channel in
            bound.report(Address(host: address.host, port: channel.localAddress?.port ?? address.port), at: index)
        }
    }
}

public enum APIServerHTTPError: Error, Sendable, CustomStringConvertible {
    case cannotListen(APIServerHTTP.Address, reason: String)

    public var description: String {
        switch self {
        case .cannotListen(let address, let reason):
            "cannot listen on \(address): \(reason); choose another address, or stop what uses it"
        }
    }
}

enum CertificateNames {
    /// The names by which the API server is reached, and `more`, each once.
    static func all(_ more: [String]) -> [String] {
        let usual = [
            "localhost", "127.0.0.1", "::1", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
        ]
        var seen: Set<String> = []
        return (usual + more).filter { !$0.isEmpty && $0 != "0.0.0.0" && $0 != "::" && seen.insert($0).inserted }
    }
}
