import KubernetesClient

/// Which cluster a command works on that starts none itself. Pure but for reading the kubeconfig.
enum ClusterChoice: Sendable, Hashable {
    /// This kubeconfig.
    case file(String)
    /// As kubectl finds it: `KUBECONFIG`, else `~/.kube/config`, else the pod's own.
    case environment

    /// `--kubeconfig`, else `KUBECONFIG`, else the kubeconfig of `litmus up` in the default data directory, else kubectl's.
    /// - Parameter exists: whether a file is there.
    init(option: String?, environment: [String: String], exists: (String) -> Bool) {
        let embedded = "\(DataDirectory.path(environment))/kubeconfig"
        if let option {
            self = .file(option)
        } else if environment["KUBECONFIG", default: ""].isEmpty, exists(embedded) {
            self = .file(embedded)
        } else {
            self = .environment
        }
    }

    /// Whether there is anything to connect to, as far as files and the environment tell.
    func isThere(_ environment: [String: String], exists: (String) -> Bool) -> Bool {
        guard case .environment = self else { return true }
        return !environment["KUBECONFIG", default: ""].isEmpty || environment["KUBERNETES_SERVICE_HOST"] != nil
            || exists("\(environment["HOME"] ?? "/root")/.kube/config")
    }

    /// - Throws: `KubeconfigError`.
    func connection(environment: [String: String]) throws -> ClusterConnection {
        switch self {
        case .file(let path): try ClusterConnection.find(kubeconfig: path, environment: environment)
        case .environment: try ClusterConnection.find(environment: environment)
        }
    }

    /// ` (kubeconfig FILE)` where the user did not choose the cluster by kubectl's own rules.
    var hint: String {
        switch self {
        case .file(let path): " (kubeconfig \(path))"
        case .environment: ""
        }
    }
}
