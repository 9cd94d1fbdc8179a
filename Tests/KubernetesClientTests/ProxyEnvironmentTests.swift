import Testing

@testable import KubernetesClient

@Suite struct ProxyEnvironmentTests {
    private func proxy(_ server: String, _ environment: [String: String]) throws -> String? {
        ProxyEnvironment(environment).proxy(for: try ServerURL(server))
    }

    @Test(
        "the environment's proxy is used, unless NO_PROXY names the server",
        arguments: [
            ("https://api.example.com", "", true), ("https://api.example.com", "other.com", true),
            ("https://api.example.com", "*", false), ("https://api.example.com", "example.com", false),
            ("https://api.example.com", ".example.com", false), ("https://api.example.com", "*.example.com", false),
            ("https://example.com", ".example.com", true), ("https://notexample.com", "example.com", true),
            ("https://API.example.com", "api.EXAMPLE.com", false),
            ("https://api.example.com:6443", "example.com:6443", false),
            ("https://api.example.com:6443", "example.com:443", true),
            ("https://api.example.com", "x, example.com ", false),
            ("https://10.96.0.1", "10.96.0.0/12", false), ("https://10.112.0.1", "10.96.0.0/12", true),
            ("https://10.96.0.1:6443", "10.96.0.1", false), ("https://[fd00::1]:6443", "fd00::/8", false),
            ("https://[fd00::1]:6443", "fd00::1", false), ("https://[fe00::1]", "fd00::/8", true),
            ("https://localhost:6443", "", false), ("https://127.0.0.1:6443", "", false), ("https://[::1]", "", false),
        ])
    func exemptions(server: String, exempt: String, isProxied: Bool) throws {
        let found = try proxy(server, ["HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": exempt])
        #expect((found != nil) == isProxied)
    }

    @Test("each scheme has a variable, in capitals or not; without a scheme a proxy speaks HTTP")
    func variables() throws {
        #expect(try proxy("https://a.b", ["https_proxy": "proxy:3128"]) == "http://proxy:3128")
        #expect(try proxy("https://a.b", ["HTTP_PROXY": "http://proxy:3128"]) == nil)
        #expect(try proxy("http://a.b", ["HTTP_PROXY": "socks5://proxy:1080"]) == "socks5://proxy:1080")
        #expect(try proxy("https://a.b", ["HTTPS_PROXY": "", "no_proxy": "*"]) == nil)
    }

    @Test("a kubeconfig's proxy-url comes before the environment's")
    func precedence() {
        var connection = ClusterConnection(server: "https://a.b")
        let environment = ["HTTPS_PROXY": "http://other:1"]
        #expect(connection.withProxy(of: environment).proxyURL == "http://other:1")
        connection.proxyURL = "http://mine:1"
        #expect(connection.withProxy(of: environment).proxyURL == "http://mine:1")
    }
}
