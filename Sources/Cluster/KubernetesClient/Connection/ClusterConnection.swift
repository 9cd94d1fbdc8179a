/// Where a cluster's API server is, how to know that it is the right one, and who is asking.
public struct ClusterConnection: Sendable {
    /// `https://host:port`, perhaps with a path prefix.
    public var server: String
    /// The namespace of commands that name none.
    public var namespace = "default"
    /// PEM certificates that the server's is checked against; nil trusts the system's.
    public var certificateAuthority: [UInt8]?
    /// The server's certificate is not checked at all.
    public var skipsTLSVerification = false
    /// The name to ask for and to expect in the certificate, where it is not the server's host.
    public var tlsServerName: String?
    /// `http://host:port` or `socks5://host:port`.
    public var proxyURL: String?
    public var clientCertificate: ClientCertificate?
    public var authorization = Authorization.none
    public var impersonation = Impersonation()

    public init(server: String) { self.server = server }

    /// A TLS client certificate, both parts PEM.
    public struct ClientCertificate: Sendable, Hashable {
        public var certificate: [UInt8]
        public var key: [UInt8]

        public init(certificate: [UInt8], key: [UInt8]) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// What goes into the `Authorization` header, and where it comes from.
    public enum Authorization: Sendable, Hashable {
        case none
        case token(String)
        /// A file that is read again when it changes, such as a projected service account token.
        case tokenFile(String)
        case basic(user: String, password: String)
        /// A program that prints an `ExecCredential`.
        case exec(ExecPlugin)
    }

    /// The identity to act as (`Impersonate-User`, …).
    public struct Impersonation: Sendable, Hashable {
        public var user = ""
        public var uid = ""
        public var groups: [String] = []
        public var extra: [String: [String]] = [:]

        public init() {}
    }
}

/// A credential plugin of a kubeconfig (`client.authentication.k8s.io`).
public struct ExecPlugin: Sendable, Hashable {
    /// `client.authentication.k8s.io/v1` or `/v1beta1`.
    public var apiVersion: String
    /// A program in `PATH`, or a path.
    public var command: String
    public var arguments: [String] = []
    public var environment: [String: String] = [:]
    /// The plugin is told the server and its certificate authority.
    public var providesClusterInfo = false
    /// Shown when the program is missing.
    public var installHint = ""

    public init(apiVersion: String, command: String) {
        self.apiVersion = apiVersion
        self.command = command
    }
}
