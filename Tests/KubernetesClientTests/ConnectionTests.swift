import KubernetesAPI
import NIOSSL
import Testing

@testable import KubernetesClient

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Certificates, tokens and plugins against a server that looks at them.
@Suite struct ConnectionTests {
    private static let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")

    private func get(_ connection: ClusterConnection) async throws -> JSON {
        var options = HTTPKubernetesClient.Options()
        options.retries.firstDelay = .milliseconds(1)
        return try await HTTPKubernetesClient.with(connection, options: options) {
            try await $0.get(Self.pods, namespace: "ns", name: "x", subresource: nil)
        }
    }

    private func expectAnswer(_ connection: ClusterConnection) async throws {
        let answer = try await get(connection)
        #expect(answer == ["ok": true])
    }

    private func serverTLS(
        certificate: String = TestCertificates.server, requiresClient: Bool = false
    ) throws -> TLSConfiguration {
        let certificate = try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificates.serverKey.utf8), format: .pem)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        if requiresClient {
            tls.certificateVerification = .noHostnameVerification
            tls.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authority.utf8)))
        }
        return tls
    }

    private func temporaryDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let path = FileManager.default.temporaryDirectory.appending(path: "litmus-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    @Test("the server's certificate is checked by the address")
    func address() async throws {
        try await TestAPIServer.with(tls: serverTLS(), { _ in .json(["ok": true]) }) { server in
            var connection = ClusterConnection(server: "https://127.0.0.1:\(server.port)")
            connection.certificateAuthority = Array(TestCertificates.authority.utf8)
            try await expectAnswer(connection)
        }
    }

    @Test("tls-server-name is the name that the certificate must have")
    func serverName() async throws {
        let tls = try serverTLS(certificate: TestCertificates.namedServer)
        try await TestAPIServer.with(tls: tls, { _ in .json(["ok": true]) }) { server in
            var connection = ClusterConnection(server: "https://127.0.0.1:\(server.port)")
            connection.certificateAuthority = Array(TestCertificates.authority.utf8)
            connection.tlsServerName = "api.test"
            try await expectAnswer(connection)
            #expect(server.requests.last?.headers["host"] == "127.0.0.1:\(server.port)")
            for name in [nil, "elsewhere.test"] {
                connection.tlsServerName = name
                let wrong = connection
                await #expect(throws: KubernetesClientError.self) { _ = try await get(wrong) }
            }
        }
    }

    @Test("another authority is refused with words that say what to check, unless nothing is to be checked")
    func wrongAuthority() async throws {
        try await TestAPIServer.with(tls: serverTLS(), { _ in .json(["ok": true]) }) { server in
            var connection = ClusterConnection(server: "https://127.0.0.1:\(server.port)")
            connection.certificateAuthority = Array(TestCertificates.otherAuthority.utf8)
            let error = await #expect(throws: KubernetesClientError.self) { _ = try await get(connection) }
            #expect("\(error.map(String.init(describing:)) ?? "")".contains("check certificate-authority"))
            connection.certificateAuthority = nil
            connection.skipsTLSVerification = true
            try await expectAnswer(connection)
        }
    }

    @Test("a client certificate opens a server that asks for one")
    func clientCertificate() async throws {
        try await TestAPIServer.with(tls: serverTLS(requiresClient: true), { _ in .json(["ok": true]) }) { server in
            var connection = ClusterConnection(server: "https://localhost:\(server.port)")
            connection.certificateAuthority = Array(TestCertificates.authority.utf8)
            await #expect(throws: (any Error).self) { _ = try await get(connection) }
            connection.clientCertificate = .init(
                certificate: Array(TestCertificates.client.utf8), key: Array(TestCertificates.clientKey.utf8))
            try await expectAnswer(connection)
        }
    }

    @Test("certificates that cannot be read are an error of the configuration")
    func unreadable() {
        var connection = ClusterConnection(server: "https://h")
        connection.certificateAuthority = Array("no certificate".utf8)
        let error = #expect(throws: KubernetesClientError.self) { try HTTPKubernetesClient(connection) }
        #expect("\(error.map(String.init(describing:)) ?? "")".contains("certificate-authority"))
    }

    @Test("basic authentication and impersonation are sent")
    func headers() async throws {
        try await TestAPIServer.with({ _ in .json([:]) }) { server in
            var connection = ClusterConnection(server: "http://127.0.0.1:\(server.port)/prefix/")
            connection.authorization = .basic(user: "a", password: "b")
            connection.impersonation.user = "bob"
            connection.impersonation.groups = ["x", "y"]
            _ = try await get(connection)
            let request = try #require(server.requests.first)
            #expect(request.target == "/prefix/api/v1/namespaces/ns/pods/x")
            #expect(request.headers["authorization"] == "Basic YTpi")
            #expect(request.headers["impersonate-user"] == "bob")
            #expect(request.headers["impersonate-group"] == "x,y")
        }
    }

    @Test("a pod's token is read again when its file changes")
    func tokenFile() async throws {
        try await temporaryDirectory { directory in
            try "first\n".write(toFile: "\(directory)/token", atomically: true, encoding: .utf8)
            try TestCertificates.authority.write(toFile: "\(directory)/ca.crt", atomically: true, encoding: .utf8)
            try "team".write(toFile: "\(directory)/namespace", atomically: true, encoding: .utf8)
            try await TestAPIServer.with(tls: serverTLS(), { _ in .json([:]) }) { server in
                let connection = try ClusterConnection.inCluster(
                    environment: [
                        "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(server.port)",
                    ], directory: directory)
                #expect(connection.namespace == "team")
                try await HTTPKubernetesClient.with(connection) { client in
                    _ = try await client.get(Self.pods, namespace: "ns", name: "x", subresource: nil)
                    try "second".write(toFile: "\(directory)/token", atomically: true, encoding: .utf8)
                    _ = try await client.get(Self.pods, namespace: "ns", name: "x", subresource: nil)
                }
                #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer first", "Bearer second"])
            }
        }
    }

    @Test("a token that is refused twice is named, without saying it")
    func expiredToken() async throws {
        try await TestAPIServer.with({ _ in .status(.unauthorized()) }) { server in
            var connection = ClusterConnection(server: "http://127.0.0.1:\(server.port)")
            for (authorization, words, requests) in [
                (ClusterConnection.Authorization.token("secret"), "the token of the kubeconfig", 1),
                (.exec(plugin("TOKEN=secret; echo \"\(Self.credential)\"")), "the credential plugin sh", 2),
            ] {
                connection.authorization = authorization
                let before = server.requests.count
                let refused = connection
                let status = await #expect(throws: Status.self) { _ = try await get(refused) }
                #expect(status?.isUnauthorized == true)
                #expect(status?.message.contains(words) == true, "\(status?.message ?? "")")
                #expect(status?.message.contains("127.0.0.1:\(server.port)") == true)
                #expect(status?.message.contains("secret") == false)
                #expect(server.requests.count - before == requests)
            }
        }
    }

    private func plugin(_ script: String) -> ExecPlugin {
        var plugin = ExecPlugin(apiVersion: "client.authentication.k8s.io/v1", command: "sh")
        plugin.arguments = ["-c", script]
        return plugin
    }

    private static let credential = """
        {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"$TOKEN"}}
        """.replacing("\"", with: "\\\"")

    @Test("a plugin is run once, and again when the server refuses its token")
    func exec() async throws {
        try await temporaryDirectory { directory in
            try await TestAPIServer.with({ request in
                request.headers["authorization"] == "Bearer run-1" && request.number > 2
                    ? .status(.unauthorized()) : .json(["ok": true])
            }) { server in
                var connection = ClusterConnection(server: "http://127.0.0.1:\(server.port)")
                var plugin = plugin(
                    "echo x >> \(directory)/runs; TOKEN=$NAME-$(wc -l < \(directory)/runs); echo \"\(Self.credential)\""
                )
                plugin.environment = ["NAME": "run"]
                connection.authorization = .exec(plugin)
                try await HTTPKubernetesClient.with(connection) { client in
                    for _ in 0..<3 { _ = try await client.get(Self.pods, namespace: "ns", name: "x", subresource: nil) }
                }
                #expect(
                    server.requests.map { $0.headers["authorization"] ?? "" }
                        == ["Bearer run-1", "Bearer run-1", "Bearer run-1", "Bearer run-2"])
            }
        }
    }

    @Test(
        "a plugin that fails is named with the reason",
        arguments: [
            ("exit 3", "ended with status 3"), ("echo hi", "printed no usable ExecCredential"),
            ("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"x\"}'", "apiVersion is \"x\""),
        ])
    func failingPlugin(script: String, expected: String) async {
        let plugin = plugin(script)
        let error = await #expect(throws: KubernetesClientError.self) {
            _ = try await plugin.run(for: ClusterConnection(server: "https://h"))
        }
        #expect("\(error.map(String.init(describing:)) ?? "")".contains(expected))
    }

    @Test("a missing plugin shows how to install it")
    func missingPlugin() async {
        var plugin = ExecPlugin(apiVersion: "client.authentication.k8s.io/v1", command: "no-such-plugin")
        plugin.installHint = "apt install it"
        let missing = plugin
        let error = await #expect(throws: KubernetesClientError.self) {
            _ = try await missing.run(for: ClusterConnection(server: "https://h"))
        }
        #expect("\(error.map(String.init(describing:)) ?? "")".contains("No such file or directory; apt install it"))
    }

    @Test("a plugin is told the cluster when it asks for it")
    func pluginInfo() throws {
        var plugin = plugin("")
        plugin.providesClusterInfo = true
        var connection = ClusterConnection(server: "https://h")
        connection.certificateAuthority = Array("hi".utf8)
        #expect(
            plugin.executionInfo(for: connection) == [
                "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                "spec": [
                    "interactive": false, "cluster": ["server": "https://h", "certificate-authority-data": "aGk="],
                ],
            ])
    }
}
