extension ClusterConnection {
    /// The connection of a pod to its own cluster, as its service account. The token is read again when it changes.
    /// - Parameters:
    ///   - environment: of the process: `KUBERNETES_SERVICE_HOST`, `KUBERNETES_SERVICE_PORT`.
    ///   - directory: where `token`, `ca.crt` and `namespace` are.
    /// - Throws: `KubeconfigError` when this is no pod, or one without a service account token.
    public static func inCluster(
        environment: [String: String], directory: String = "/var/run/secrets/kubernetes.io/serviceaccount"
    ) throws(KubeconfigError) -> ClusterConnection {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty
        else {
            throw KubeconfigError(
                message: "this is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")
        }
        var connection = ClusterConnection(server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        let token = "\(directory)/token"
        do throws(LocalFile.ReadError) {
            _ = try LocalFile.read(token)
            connection.certificateAuthority = try LocalFile.read("\(directory)/ca.crt")
        } catch {
            throw KubeconfigError(
                message: "the pod has no service account token (\(error)); check automountServiceAccountToken")
        }
        connection.authorization = .tokenFile(token)
        if let bytes = try? LocalFile.read("\(directory)/namespace") {
            let namespace = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            if !namespace.isEmpty { connection.namespace = namespace }
        }
        return connection.withProxy(of: environment)
    }

    /// Finds the cluster as kubectl does: the file given, else `KUBECONFIG`, else `~/.kube/config`, else the pod's own;
    /// and the way to it: the kubeconfig's `proxy-url`, else the environment's proxy.
    /// - Throws: `KubeconfigError`.
    public static func find(
        kubeconfig: String? = nil, context: String? = nil, environment: [String: String]
    ) throws(KubeconfigError) -> ClusterConnection {
        if let kubeconfig {
            return try KubeconfigLoader(path: kubeconfig).load(context: context).withProxy(of: environment)
        }
        let loader = KubeconfigLoader(environment: environment)
        if !loader.hasFile, environment["KUBERNETES_SERVICE_HOST"] != nil {
            return try inCluster(environment: environment)
        }
        return try loader.load(context: context).withProxy(of: environment)
    }

    /// With the proxy of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` where the connection names none itself.
    public func withProxy(of environment: [String: String]) -> ClusterConnection {
        guard proxyURL == nil, let url = try? ServerURL(server) else { return self }
        var connection = self
        connection.proxyURL = ProxyEnvironment(environment).proxy(for: url)
        return connection
    }
}
