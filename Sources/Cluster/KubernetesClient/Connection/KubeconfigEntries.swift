import KubernetesAPI

/// Reads a `cluster` of a kubeconfig.
enum KubeconfigCluster {
    static func connection(_ entry: Kubeconfig.Entry) throws(KubeconfigError) -> ClusterConnection {
        guard let server = try entry.text("server") else {
            throw entry.error("server", "is missing; write https://HOST:PORT")
        }
        var connection = ClusterConnection(server: server)
        do throws(ServerURL.ParseError) {
            _ = try ServerURL(server)
        } catch {
            throw entry.error("server", error.message)
        }
        connection.certificateAuthority = try entry.bytes("certificate-authority")
        connection.skipsTLSVerification = try entry.flag("insecure-skip-tls-verify")
        if connection.skipsTLSVerification, connection.certificateAuthority != nil {
            throw entry.error(
                "insecure-skip-tls-verify", "cannot be true together with certificate-authority; remove one of them")
        }
        connection.tlsServerName = try entry.text("tls-server-name")
        connection.proxyURL = try entry.text("proxy-url")
        return connection
    }
}

/// Reads a `user` of a kubeconfig.
enum KubeconfigUser {
    static func apply(_ entry: Kubeconfig.Entry, to connection: inout ClusterConnection) throws(KubeconfigError) {
        connection.clientCertificate = try clientCertificate(entry)
        connection.authorization = try authorization(entry)
        connection.impersonation.user = try entry.text("as") ?? ""
        connection.impersonation.uid = try entry.text("as-uid") ?? ""
        connection.impersonation.groups = entry.json["as-groups"].strings
        connection.impersonation.extra = (entry.json["as-user-extra"].object ?? [:]).mapValues(\.strings)
    }

    private static func clientCertificate(
        _ entry: Kubeconfig.Entry
    ) throws(KubeconfigError) -> ClusterConnection.ClientCertificate? {
        switch (try entry.bytes("client-certificate"), try entry.bytes("client-key")) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return .init(certificate: certificate, key: key)
        case (nil, _): throw entry.error("client-certificate", "is missing, but client-key is there")
        case (_, nil): throw entry.error("client-key", "is missing, but client-certificate is there")
        }
    }

    private static func authorization(
        _ entry: Kubeconfig.Entry
    ) throws(KubeconfigError) -> ClusterConnection.Authorization {
        if let path = try entry.path("tokenFile") { return .tokenFile(path) }
        if let token = try entry.text("token") { return .token(token) }
        if let user = try entry.text("username") {
            return .basic(user: user, password: try entry.text("password") ?? "")
        }
        if !entry.json["exec"].isNull { return .exec(try plugin(entry)) }
        if let provider = entry.json["auth-provider", "name"].string {
            throw entry.error(
                "auth-provider",
                "the built-in provider \"\(provider)\" no longer exists in Kubernetes; use an exec credential plugin")
        }
        return .none
    }

    private static func plugin(_ user: Kubeconfig.Entry) throws(KubeconfigError) -> ExecPlugin {
        let entry = Kubeconfig.Entry(file: user.file, field: "\(user.field).exec", json: user.json["exec"])
        guard let command = try entry.text("command") else { throw entry.error("command", "is missing") }
        let versions = ["v1", "v1beta1", "v1alpha1"].map { "client.authentication.k8s.io/\($0)" }
        guard let version = try entry.text("apiVersion"), versions.contains(version) else {
            throw entry.error("apiVersion", "must be \(versions.joined(separator: " or "))")
        }
        if try entry.text("interactiveMode") == "Always" {
            throw entry.error(
                "interactiveMode",
                "is Always: the plugin wants a terminal, which it is not given here; use a plugin or "
                    + "a token that works without")
        }
        let isPath = command.contains("/")
        var plugin = ExecPlugin(
            apiVersion: version,
            command: isPath ? LocalFile.resolve(command, in: LocalFile.directory(of: user.file)) : command)
        plugin.arguments = entry.json["args"].strings
        for variable in entry.json["env"].array ?? [] {
            guard let name = variable["name"].string else { throw entry.error("env", "a variable has no name") }
            plugin.environment[name] = variable["value"].string ?? ""
        }
        plugin.providesClusterInfo = try entry.flag("provideClusterInfo")
        plugin.installHint = try entry.text("installHint") ?? ""
        return plugin
    }
}
