import AsyncHTTPClient
import GraphQL
import GraphQLTransport
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOSSL
import WebSocket

/// The counter server over TLS, with HTTP/2 for those who want it, and a client that trusts it.
struct SecureServer: Sendable {
    let plain: CounterServer
    let client: HTTPClient

    var url: String { "https://127.0.0.1:\(plain.port)/query" }

    static func run(
        _ settings: GraphQLTransportSettings = GraphQLTransportSettings(),
        _ body: @Sendable (SecureServer) async throws -> Void
    ) async throws {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.server.utf8))
        let tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TestCertificates.serverKey.utf8), format: .pem)))
        let configuration = HTTPClient.Configuration(tlsConfiguration: try clientTLS())
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome: Result<Void, any Error>
        do {
            try await CounterServer.run(settings) { upgrade in
                .http2WebSocket(tlsConfiguration: tls, webSocket: upgrade)
            } _: { server in
                try await body(SecureServer(plain: server, client: client))
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await client.shutdown()
        try outcome.get()
    }

    private static func clientTLS() throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authority.utf8)))
        return tls
    }

    struct Answer {
        var version: HTTPVersion
        var status: Int
        var json: GraphQLValue?
        var code: String? { json?["errors"]?[0]?["extensions"]?["code"]?.stringValue }
    }

    func request(_ body: GraphQLValue, headers: [(String, String)] = []) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = HTTPHeaders(headers + [("Content-Type", "application/json")])
        request.body = .bytes(ByteBuffer(string: body.jsonString))
        return request
    }

    func post(_ body: GraphQLValue, headers: [(String, String)] = []) async throws -> Answer {
        let response = try await client.execute(request(body, headers: headers), timeout: .seconds(30))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
        return Answer(
            version: response.version, status: Int(response.status.code), json: try? GraphQLValue(json: text))
    }

    func dialogue(_ subprotocols: String...) async throws -> Dialogue {
        var request = WebSocketRequest(host: "127.0.0.1", port: plain.port, target: "/query")
        request.subprotocols = subprotocols
        request.tls = .init(context: try NIOSSLContext(configuration: try Self.clientTLS()))
        return Dialogue(try await WebSocketClient.connect(request))
    }
}
