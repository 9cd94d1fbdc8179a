import Glibc
import KubernetesAPI
import NIOPosix

/// What a credential plugin gave: `ExecCredential.status`.
struct ExecCredential: Sendable {
    var token: String?
    var clientCertificate: ClusterConnection.ClientCertificate?
    /// nil: valid until the server refuses it.
    var expires: Timestamp?

    /// - Throws: `KubernetesClientError.credentials`.
    init(output: [UInt8], plugin: ExecPlugin) throws {
        func failure(_ reason: String) -> KubernetesClientError {
            .credentials("the credential plugin \(plugin.command) printed no usable ExecCredential: \(reason)")
        }
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSON(parsing: output)
        } catch {
            throw failure("\(error)")
        }
        guard json["kind"] == "ExecCredential" else { throw failure("kind is \(json["kind"])") }
        guard json["apiVersion"].string == plugin.apiVersion else {
            throw failure("apiVersion is \(json["apiVersion"]), the kubeconfig says \(plugin.apiVersion)")
        }
        let status = json["status"]
        token = status["token"].string
        if let certificate = status["clientCertificateData"].string, let key = status["clientKeyData"].string {
            clientCertificate = .init(certificate: Array(certificate.utf8), key: Array(key.utf8))
        }
        guard token != nil || clientCertificate != nil else {
            throw failure("status has neither a token nor clientCertificateData and clientKeyData")
        }
        expires = status["expirationTimestamp"].string.flatMap(Timestamp.init)
    }
}

extension ExecPlugin {
    /// Seconds after which a plugin that says nothing is killed.
    static let timeout: Int64 = 60

    /// Runs the plugin; its standard error goes to ours, for plugins tell their user what to do there.
    /// - Throws: `KubernetesClientError.credentials`.
    func run(for connection: ClusterConnection) async throws -> ExecCredential {
        let info = executionInfo(for: connection)
        let output = try await NIOThreadPool.singleton.runIfActive { try PluginProcess.output(of: self, info: info) }
        return try ExecCredential(output: output, plugin: self)
    }

    /// The value of `KUBERNETES_EXEC_INFO`.
    func executionInfo(for connection: ClusterConnection) -> JSON {
        var spec: JSON = ["interactive": false]
        if providesClusterInfo {
            var cluster: JSON = ["server": .string(connection.server)]
            if let authority = connection.certificateAuthority {
                cluster["certificate-authority-data"] = .string(Base64.encode(authority))
            }
            if connection.skipsTLSVerification { cluster["insecure-skip-tls-verify"] = true }
            if let name = connection.tlsServerName { cluster["tls-server-name"] = .string(name) }
            if let proxy = connection.proxyURL { cluster["proxy-url"] = .string(proxy) }
            spec["cluster"] = cluster
        }
        return ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": spec]
    }
}

/// Runs a plugin and reads its standard output. Blocks; belongs on a thread pool.
private enum PluginProcess {
    static func output(of plugin: ExecPlugin, info: JSON) throws -> [UInt8] {
        // A socket pair, because a pipe cannot be closed for other children at once when it is made.
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw failure(plugin, reason: errno) }
        let (readEnd, writeEnd) = (ends[0], ends[1])
        defer { close(readEnd) }
        let child: pid_t
        do {
            defer { close(writeEnd) }
            child = try start(plugin, info: info, output: writeEnd)
        }
        var isFinished = false
        defer {
            if !isFinished {
                kill(child, SIGKILL)
                _ = wait(child)
            }
        }
        let bytes = try readAll(readEnd, plugin)
        let status = wait(child)
        isFinished = true
        guard status == 0 else {
            throw KubernetesClientError.credentials(
                "the credential plugin \(plugin.command) ended with status \(status >> 8 & 0xFF)")
        }
        return bytes
    }

    private static func start(_ plugin: ExecPlugin, info: JSON, output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var variables = inheritedEnvironment().merging(plugin.environment) { $1 }
        variables["KUBERNETES_EXEC_INFO"] = info.description
        let arguments = ([plugin.command] + plugin.arguments).map { strdup($0) }
        let environment = variables.map { strdup("\($0.key)=\($0.value)") }
        defer { (arguments + environment).forEach { free($0) } }
        var child: pid_t = 0
        let code = posix_spawnp(
            &child, plugin.command, &actions, nil, arguments + [nil], environment + [nil])
        guard code == 0 else { throw failure(plugin, reason: code) }
        return child
    }

    private static func inheritedEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next = next.advanced(by: 1)
        }
        return variables
    }

    private static func readAll(_ descriptor: Int32, _ plugin: ExecPlugin) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        let deadline = ContinuousClock.now + .seconds(ExecPlugin.timeout)
        while true {
            let left = (deadline - .now).components.seconds
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard left >= 0, Glibc.poll(&poll, 1, Int32(left * 1000 + 1000)) != 0 else {
                throw KubernetesClientError.credentials(
                    "the credential plugin \(plugin.command) gave no answer within \(ExecPlugin.timeout) s")
            }
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes += chunk[..<count]
            } else if errno != EINTR {
                throw failure(plugin, reason: errno)
            }
        }
    }

    private static func wait(_ child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return status
    }

    private static func failure(_ plugin: ExecPlugin, reason: Int32) -> KubernetesClientError {
        let hint = plugin.installHint.isEmpty ? "" : "; \(plugin.installHint)"
        return .credentials(
            "cannot run the credential plugin \(plugin.command): \(String(cString: strerror(reason)))\(hint)")
    }
}
