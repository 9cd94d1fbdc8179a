import KubernetesAPI
import Testing

@testable import KubernetesClient

@Suite struct KubeconfigTests {
    private func connection(
        _ texts: String..., context: String? = nil
    ) throws -> ClusterConnection {
        var config = Kubeconfig()
        for (index, text) in texts.enumerated() { try config.add(text, file: "/etc/kube/\(index).yaml") }
        return try KubeconfigLoader.connection(in: config, context: context, searched: [])
    }

    private func config(cluster: String = "server: https://10.0.0.1:6443", user: String = "token: secret") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: main
        clusters: [{name: c, cluster: {\(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        contexts: [{name: main, context: {cluster: c, user: u, namespace: team}}]
        """
    }

    @Test("server, namespace and token of the current context")
    func basic() throws {
        let connection = try connection(config())
        #expect(connection.server == "https://10.0.0.1:6443")
        #expect(connection.namespace == "team")
        #expect(connection.authorization == .token("secret"))
        #expect(connection.certificateAuthority == nil)
    }

    @Test("all settings of a cluster")
    func cluster() throws {
        let connection = try connection(
            config(
                cluster: "server: https://h/prefix, certificate-authority-data: aGk=, tls-server-name: api.test, "
                    + "proxy-url: \"socks5://p:1080\""))
        #expect(connection.certificateAuthority == Array("hi".utf8))
        #expect(connection.tlsServerName == "api.test")
        #expect(connection.proxyURL == "socks5://p:1080")
        #expect(
            try self.connection(config(cluster: "server: https://h, insecure-skip-tls-verify: true"))
                .skipsTLSVerification)
    }

    @Test("each way to say who is asking")
    func users() throws {
        #expect(
            try connection(config(user: "username: a, password: b")).authorization == .basic(user: "a", password: "b"))
        #expect(
            try connection(config(user: "token: x, tokenFile: t/token")).authorization
                == .tokenFile("/etc/kube/t/token"))
        let certificate = try connection(config(user: "client-certificate-data: YQ==, client-key-data: Yg=="))
        #expect(certificate.clientCertificate == .init(certificate: [97], key: [98]))
        #expect(certificate.authorization == .none)
        var plugin = ExecPlugin(apiVersion: "client.authentication.k8s.io/v1", command: "/etc/kube/bin/login")
        plugin.arguments = ["--get"]
        plugin.environment = ["A": "1"]
        plugin.providesClusterInfo = true
        plugin.installHint = "install it"
        #expect(
            try connection(
                config(
                    user: "exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [--get], "
                        + "env: [{name: A, value: \"1\"}], provideClusterInfo: true, installHint: install it}")
            ).authorization == .exec(plugin))
        let acting = try connection(config(user: "token: t, as: bob, as-groups: [dev], as-user-extra: {k: [v]}"))
        #expect(acting.impersonation.user == "bob")
        #expect(acting.impersonation.groups == ["dev"])
        #expect(acting.impersonation.extra == ["k": ["v"]])
    }

    @Test("of several files the first that has an entry counts")
    func merging() throws {
        let second = """
            current-context: other
            clusters: [{name: c, cluster: {server: "https://second"}}, {name: d, cluster: {server: "https://d"}}]
            contexts: [{name: other, context: {cluster: d}}]
            """
        #expect(try connection(config(), second).server == "https://10.0.0.1:6443")
        #expect(try connection(second, config()).server == "https://d")
        #expect(try connection(second, config(), context: "main").server == "https://second")
        #expect(try connection("", config()).namespace == "team")
        #expect(try connection(second).namespace == "default")
    }

    @Test(
        "a mistake is told with file and field",
        arguments: [
            (
                "cluster", "server: 10.0.0.1",
                "/etc/kube/0.yaml: clusters[name=c].cluster.server: \"10.0.0.1\" is no URL"
            ),
            ("cluster", "server: \"https://h:99999\"", "no valid port"),
            ("cluster", "x: y", "clusters[name=c].cluster.server: is missing"),
            ("cluster", "server: [1]", "clusters[name=c].cluster.server: must be a string, not array"),
            (
                "cluster", "server: https://h, certificate-authority-data: \"*\"",
                "clusters[name=c].cluster.certificate-authority-data: is not valid base64"
            ),
            (
                "cluster", "server: https://h, certificate-authority: nowhere.crt",
                "clusters[name=c].cluster.certificate-authority: cannot read /etc/kube/nowhere.crt: No such file"
            ),
            (
                "cluster", "server: https://h, insecure-skip-tls-verify: true, certificate-authority-data: aGk=",
                "cannot be true together with certificate-authority"
            ),
            ("cluster", "server: https://h, insecure-skip-tls-verify: maybe", "must be true or false, not string"),
            ("user", "client-key-data: YQ==", "users[name=u].user.client-certificate: is missing"),
            ("user", "client-certificate-data: YQ==", "users[name=u].user.client-key: is missing"),
            ("user", "auth-provider: {name: gcp}", "users[name=u].user.auth-provider: the built-in provider \"gcp\""),
            (
                "user", "exec: {apiVersion: client.authentication.k8s.io/v1}",
                "users[name=u].user.exec.command: is missing"
            ),
            ("user", "exec: {command: x}", "users[name=u].user.exec.apiVersion: must be"),
            ("user", "token: [a]", "users[name=u].user.token: must be a string"),
        ])
    func mistakes(part: String, text: String, expected: String) {
        let text = part == "cluster" ? config(cluster: text) : config(user: text)
        let error = #expect(throws: KubeconfigError.self) { try connection(text) }
        #expect("\(error.map(String.init(describing:)) ?? "")".contains(expected))
    }

    @Test(
        "a file that is no kubeconfig is told apart",
        arguments: [
            ("a: [", "/etc/kube/0.yaml:"), ("- a", "must be a mapping"), ("kind: Pod", "kind: must be Config, not Pod"),
            ("clusters: 1\ncurrent-context: x", "clusters: must be a list, not integer"),
            ("users: [{user: {}}]", "users[0].name: is missing"), ("kind: Config", "current-context: is not set"),
            ("current-context: x", "there is no context \"x\"; there are: none"),
            ("current-context: x\ncontexts: [{name: x, context: {cluster: y}}]", "there is no cluster \"y\""),
            (
                """
                current-context: x
                contexts: [{name: x, context: {cluster: y, user: z}}]
                clusters: [{name: y, cluster: {server: "https://h"}}]
                """, "contexts[name=x].context.user: there is no user \"z\""
            ),
        ])
    func files(text: String, expected: String) {
        let error = #expect(throws: KubeconfigError.self) { try connection(text) }
        #expect("\(error.map(String.init(describing:)) ?? "")".contains(expected))
    }

    @Test("a file that the user named must be there, those of KUBECONFIG need not")
    func missing() {
        let named = #expect(throws: KubeconfigError.self) { try KubeconfigLoader(path: "/no/such/file").load() }
        #expect(named?.message.contains("/no/such/file") == true)
        let searched = #expect(throws: KubeconfigError.self) {
            try KubeconfigLoader(environment: ["KUBECONFIG": "/no/a:/no/b"]).load()
        }
        #expect(searched?.message.contains("/no/a, /no/b") == true)
    }

    @Test("outside a pod the in-cluster connection says so")
    func noPod() {
        let error = #expect(throws: KubeconfigError.self) { try ClusterConnection.inCluster(environment: [:]) }
        #expect(error?.message.contains("KUBERNETES_SERVICE_HOST") == true)
        let token = #expect(throws: KubeconfigError.self) {
            try ClusterConnection.inCluster(
                environment: ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"],
                directory: "/no/such")
        }
        #expect(token?.message.contains("/no/such/token") == true)
    }

    @Test("base64 decodes what it encodes", arguments: 0...40)
    func base64(count: Int) {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }

    @Test(
        "base64 follows RFC 4648",
        arguments: [("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9v\nYg==\n", "foob")])
    func base64Examples(text: String, plain: String) {
        #expect(Base64.decode(text) == Array(plain.utf8))
    }

    @Test("what is no base64 is refused", arguments: ["Z", "Zg=", "Zm9v=", "Z!==", "=", "Zg==Zg=="])
    func notBase64(text: String) { #expect(Base64.decode(text) == nil) }
}
