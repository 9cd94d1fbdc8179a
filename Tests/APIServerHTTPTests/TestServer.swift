import APIServerHTTP
import AsyncHTTPClient
import EmbeddedAPIServer
import KubernetesAPI
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import Testing

/// A server on a free port of the loopback address, and a client that trusts it.
struct TestServer: Sendable {
    let backend: FakeBackend
    let credentials: ClusterCredentials
    let address: APIServerHTTP.Address
    let client: HTTPClient

    var url: String { "https://\(address)" }

    struct Answer: Sendable {
        var code: Int
        var headers: HTTPHeaders
        var bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var json: JSON { (try? JSON(parsing: bytes)) ?? .null }
        var contentType: String { headers.first(name: "Content-Type") ?? "" }
    }

    /// Runs `body` against a server, which is told to shut down afterwards and must do so.
    static func run(
        version: HTTPClient.Configuration.HTTPVersion = .automatic,
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let backend = FakeBackend()
        try await serve(backend, version: version) { address, credentials, client, _ in
            try await body(
                TestServer(backend: backend, credentials: credentials, address: address, client: client))
        }
    }

    /// Runs `body` against the API server itself.
    static func runReal(
        version: HTTPClient.Configuration.HTTPVersion = .automatic,
        _ body: @Sendable (TestServer, APIServer) async throws -> Void
    ) async throws {
        let api = try APIServer(APIServerConfiguration(storage: .ephemeral))
        try await api.start()
        try await serve(api, version: version) { address, credentials, client, server in
            api.setTokenIssuer(server.tokens)
            api.setTokenReviewer(server.authenticator)
            let test = TestServer(
                backend: FakeBackend(), credentials: credentials, address: address, client: client)
            try await body(test, api)
        }
        try await api.close()
    }

    private static func serve(
        _ backend: any APIBackend, version: HTTPClient.Configuration.HTTPVersion,
        _ body: @Sendable (APIServerHTTP.Address, ClusterCredentials, HTTPClient, APIServerHTTP) async throws -> Void
    ) async throws {
        let credentials = try ClusterCredentials.generate()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = try APIServerHTTP(
            backend: backend,
            configuration: .init(
                addresses: [.init(host: "127.0.0.1", port: 0)], credentials: credentials,
                shutdownGrace: .milliseconds(500)), logger: logger)
        let group = ServiceGroup(services: [server], logger: logger)
        var tls = TLSConfiguration.makeClientConfiguration()
        let authority = Array(credentials.authority.certificatePEM.utf8)
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authority))
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = version
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let address = try #require(try await server.boundAddresses.first)
            let outcome: Result<Void, any Error>
            do {
                try await body(address, credentials, client, server)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try await client.shutdown()
            try outcome.get()
        }
    }

    /// - Parameter token: nil for the administrator's, empty for none.
    func request(
        _ method: HTTPMethod, _ path: String, accept: String? = nil, contentType: String? = nil,
        body: String? = nil, token: String? = nil, headers: [(String, String)] = []
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        let token = token ?? credentials.adminToken
        if !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let accept { request.headers.add(name: "Accept", value: accept) }
        if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        return try await client.execute(request, timeout: .seconds(30))
    }

    func send(
        _ method: HTTPMethod, _ path: String, accept: String? = nil, contentType: String? = nil,
        body: String? = nil, token: String? = nil, headers: [(String, String)] = []
    ) async throws -> Answer {
        let response = try await request(
            method, path, accept: accept, contentType: contentType, body: body, token: token, headers: headers)
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(code: Int(response.status.code), headers: response.headers, bytes: Array(bytes.readableBytesView))
    }

    func get(_ path: String, accept: String? = nil, token: String? = nil) async throws -> Answer {
        try await send(.GET, path, accept: accept, token: token)
    }
}
