import APIServerHTTP
import ClusterTesting
import EmbeddedAPIServer
import KubernetesAPI
import KubernetesClient
import Logging
import Testing

/// The implementations of the client protocol: every test of this target runs on each that claims what it tests.
enum Implementation: String, Sendable, CustomTestStringConvertible {
    /// The embedded API server's own client.
    case inProcess
    /// The HTTPS client, against the front of the embedded API server.
    case https
    /// The cluster in memory that tests of controllers run on.
    case testCluster
    /// The HTTPS client, against the cluster of `LITMUS_TEST_KUBECONFIG`, where it is set.
    case realCluster
    /// The embedded API server's own client, with a node that runs pods.
    case embeddedInProcess
    /// The HTTPS client, against the embedded cluster with a node that runs pods.
    case embeddedHTTPS

    private static let real: [Implementation] = RealCluster.kubeconfig == nil ? [] : [.realCluster]
    static let allCases: [Implementation] = [.inProcess, .https, .testCluster] + real
    /// Those that also have what `InMemoryCluster` says it lacks: validation, authorization, server-side apply, …
    static let servers: [Implementation] = [.inProcess, .https] + real
    /// Those that a test has for itself: nothing else writes there, and they are as its settings say.
    static let ownClusters: [Implementation] = [.inProcess, .https, .testCluster]
    static let ownServers: [Implementation] = [.inProcess, .https]
    /// Those whose pods run.
    static let withContainers: [Implementation] = [.embeddedInProcess, .embeddedHTTPS] + real

    var testDescription: String { rawValue }

    /// What a test wants of a server.
    struct Settings: Sendable {
        /// Changes kept for watches that resume.
        var changesKept = 4096
        var bookmarkInterval = Duration.seconds(60)
        var logs: (any PodLogSource)?
    }

    /// Runs `body` on a new cluster with the namespaces `default` and `test`, which is gone afterwards.
    func run(
        _ settings: Settings = Settings(), _ body: @escaping @Sendable (ConformanceCluster) async throws -> Void
    ) async throws {
        let prepared: @Sendable (ConformanceCluster) async throws -> Void = { cluster in
            try await cluster.prepare()
            try await body(cluster)
        }
        switch self {
        case .realCluster: try await RealCluster.run(prepared)
        case .embeddedInProcess: try await EmbeddedBacking.run(overHTTPS: false, prepared)
        case .embeddedHTTPS: try await EmbeddedBacking.run(overHTTPS: true, prepared)
        case .inProcess: try await Self.runInProcess(settings, prepared)
        case .https: try await Self.runHTTPS(settings, prepared)
        case .testCluster:
            let cluster = InMemoryCluster(types: InMemoryCluster.builtinTypes + [Widget.type])
            try await prepared(
                ConformanceCluster(
                    client: cluster,
                    forgetChanges: {
                        _ = try await cluster.create(ConfigMap(name: "filler", namespace: "default"))
                        cluster.compact()
                    },
                    asAccount: { _, _ in Issue.record("the test cluster knows no identities") }))
        }
    }

    private static func server(_ settings: Settings) async throws -> APIServer {
        let server = try APIServer(
            APIServerConfiguration(
                storage: .ephemeral, changesKept: settings.changesKept, bookmarkInterval: settings.bookmarkInterval))
        try await server.start()
        if let logs = settings.logs { server.setLogSource(logs) }
        return server
    }

    private static func runInProcess(
        _ settings: Settings, _ body: @Sendable (ConformanceCluster) async throws -> Void
    ) async throws {
        let server = try await server(settings)
        let client = server.client(as: .administrator)
        let outcome = await result {
            try await body(
                ConformanceCluster(
                    client: client, forgetChanges: { try await client.overwrite(settings.changesKept) },
                    asAccount: { name, body in
                        try await body(server.client(as: .serviceAccount(namespace: "test", name: name, uid: "")))
                    }))
        }
        try await server.close()
        try outcome.get()
    }

    private static func runHTTPS(
        _ settings: Settings, _ body: @Sendable (ConformanceCluster) async throws -> Void
    ) async throws {
        let server = try await server(settings)
        var logger = Logger(label: "conformance")
        logger.logLevel = .critical
        let quiet = logger
        let credentials = try ClusterCredentials.generate()
        let front = try APIServerHTTP(
            backend: server, configuration: .init(credentials: credentials), logger: quiet)
        server.setTokenIssuer(front.tokens)
        server.setTokenReviewer(front.authenticator)
        let outcome = await result {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await front.run() }
                defer { tasks.cancelAll() }
                var connection = ClusterConnection(server: "https://\(try await front.boundAddresses[0])")
                connection.certificateAuthority = Array(credentials.authority.certificatePEM.utf8)
                connection.authorization = .token(credentials.adminToken)
                let administrator = connection
                var unlimited = HTTPKubernetesClient.Options()
                unlimited.rateLimit = nil
                let options = unlimited
                try await HTTPKubernetesClient.with(administrator, options: options, logger: quiet) { client in
                    try await body(
                        ConformanceCluster(
                            client: client, forgetChanges: { try await client.overwrite(settings.changesKept) },
                            asAccount: { name, body in
                                var connection = administrator
                                connection.authorization = .token(try await client.token(of: name))
                                try await HTTPKubernetesClient.with(connection, logger: quiet, body)
                            }))
                }
            }
        }
        try await server.close()
        try outcome.get()
    }

    private static func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}

extension APIClient {
    /// A token of a service account of the namespace `test`.
    func token(of account: String) async throws -> String {
        let request = try await create(
            ServiceAccount.type.gvr, namespace: "test", name: account, subresource: "token",
            object: ["spec": ["expirationSeconds": 600]], options: WriteOptions())
        return try #require(request["status", "token"].string)
    }

    /// Makes so many changes of ConfigMaps, outside of the namespace `test`.
    fileprivate func overwrite(_ count: Int) async throws {
        for index in 0...count { _ = try await create(ConfigMap(name: "filler-\(index)", namespace: "default")) }
    }
}
