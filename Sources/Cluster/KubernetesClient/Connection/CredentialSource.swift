import KubernetesAPI

/// The credentials of each request: fixed ones, a token file's, or a plugin's, kept until they change or expire.
actor CredentialSource {
    struct Credentials: Sendable, Hashable {
        /// The value of the `Authorization` header.
        var authorization: String?
        /// Instead of the connection's own.
        var clientCertificate: ClusterConnection.ClientCertificate?
    }

    private let connection: ClusterConnection
    private let now: @Sendable () -> Timestamp
    private var fileToken: (version: LocalFile.Version, token: String)?
    private var plugin: ExecCredential?
    /// The run of the plugin that others wait for too.
    private var running: Task<ExecCredential, any Error>?

    init(_ connection: ClusterConnection, now: @escaping @Sendable () -> Timestamp = { .now }) {
        self.connection = connection
        self.now = now
    }

    /// What never changes needs no turn of the actor; nil where it does change.
    nonisolated static func fixed(_ authorization: ClusterConnection.Authorization) -> Credentials? {
        switch authorization {
        case .none: Credentials()
        case .token(let token): Credentials(authorization: "Bearer \(token)")
        case .basic(let user, let password):
            Credentials(authorization: "Basic \(Base64.encode("\(user):\(password)".utf8))")
        case .tokenFile, .exec: nil
        }
    }

    func current() async throws -> Credentials {
        switch connection.authorization {
        case .tokenFile(let path): return Credentials(authorization: "Bearer \(try token(in: path))")
        case .exec(let plugin):
            return try await credential(of: plugin).credentials
        case .none, .token, .basic: return Self.fixed(connection.authorization) ?? Credentials()
        }
    }

    /// The server refused them: forget them, unless others have taken their place since.
    func invalidate(_ refused: Credentials) {
        if let token = fileToken?.token, refused.authorization == "Bearer \(token)" { fileToken = nil }
        if let plugin, plugin.credentials == refused { self.plugin = nil }
    }

    private func token(in path: String) throws -> String {
        let version = LocalFile.version(of: path)
        if let fileToken, version == nil || fileToken.version == version { return fileToken.token }
        do {
            let token = String(decoding: try LocalFile.read(path), as: UTF8.self).filter { !$0.isWhitespace }
            guard !token.isEmpty else { throw KubernetesClientError.credentials("the token file \(path) is empty") }
            if let version { fileToken = (version, token) }
            return token
        } catch let error as LocalFile.ReadError {
            throw KubernetesClientError.credentials("no token: \(error)")
        }
    }

    private func credential(of exec: ExecPlugin) async throws -> ExecCredential {
        if let plugin, plugin.expires.map({ $0 > now() }) ?? true { return plugin }
        let run: Task<ExecCredential, any Error>
        if let running {
            run = running
        } else {
            // Not a child task: whoever came first may be cancelled while the others still wait.
            run = Task { [connection] in try await exec.run(for: connection) }
            running = run
        }
        defer { running = nil }
        let credential = try await run.value
        plugin = credential
        return credential
    }
}

extension ExecCredential {
    var credentials: CredentialSource.Credentials {
        .init(authorization: token.map { "Bearer \($0)" }, clientCertificate: clientCertificate)
    }
}
