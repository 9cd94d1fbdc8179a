import KubernetesAPI

/// The DaemonSet that injects and reverts on the nodes.
public enum NodeAgent {
    /// Of the DaemonSet, its account and its roles.
    public static let name = "litmus-node-agent"
    /// Where the journal lies on the node.
    static let stateDirectory = "/var/lib/litmus"

    /// What it does in the namespaces of the targets.
    static let rules: [JSON] = [
        BuiltinRBAC.rule("", ["pods"], ["get", "list", "watch", "patch", "update"]),
        BuiltinRBAC.rule("", ["pods/status"], ["patch", "update"]),
        BuiltinRBAC.rule("", ["events"], ["create", "patch"]),
    ]
}
