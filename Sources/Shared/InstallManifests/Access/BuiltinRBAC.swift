import ChaosAPI
import KubernetesAPI

/// Roles and accounts that an installation, or a run in an ephemeral cluster, needs.
public enum BuiltinRBAC {
    /// What the operator does in the namespaces that it watches, and nothing more; see `operatorRole` for its own.
    public static func operatorClusterRole(name: String = "litmus") -> JSON {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": metadata(name, nil),
            "rules": .array(operatorRules + operatorClusterRules),
        ]
    }

    static var operatorRules: [JSON] {
        [
            rule("litmuschaos.io", ["chaosengines"], ["get", "list", "watch", "update", "patch"]),
            // An owner reference that blocks the deletion of its owner.
            rule("litmuschaos.io", ["chaosengines/finalizers"], ["update"]),
            rule("litmuschaos.io", ["chaosexperiments"], ["get", "list", "watch"]),
            rule("litmuschaos.io", ["chaosresults"], ["get", "list", "watch", "update", "patch"]),
            // Patches are for finalizers: a helper's pod stays until its fault is undone.
            rule(
                "", ["pods"], ["get", "list", "watch", "create", "patch", "update", "delete", "deletecollection"]),
            rule("", ["serviceaccounts"], ["get"]),
            rule("", ["events"], ["create", "get", "patch", "update"]),
            rule("batch", ["jobs"], ["get", "list", "watch", "delete", "deletecollection"]),
        ]
    }

    /// What the operator does with objects that are in no namespace: nothing is left to undo on a node that is gone.
    static var operatorClusterRules: [JSON] { [rule("", ["nodes"], ["get"])] }

    /// What the operator does in its own namespace: it reads the ConfigMap of a halt, and no other one, holds its lease,
    /// and makes the pods that revert what helpers left.
    public static func operatorRole(name: String = "litmus", namespace: String = Halt.defaultNamespace) -> JSON {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata(name, namespace),
            "rules": .array(operatorOwnRules),
        ]
    }

    static var operatorOwnRules: [JSON] {
        var halt = rule("", ["configmaps"], ["get", "list", "watch"])
        halt["resourceNames"] = [.string(Halt.configMapName)]
        return [
            halt, rule("coordination.k8s.io", ["leases"], ["get", "create", "update", "patch"]),
            rule("", ["pods"], ["get", "list", "watch", "create", "delete"]),
        ]
    }

    /// The service account that an engine names and what it needs (`AccountAccess`).
    /// - Parameter experiments: the ChaosExperiments that the engine names, as far as they exist.
    /// - Returns: ServiceAccount, role and binding, in the order to create them; empty when the engine names no account.
    public static func objects(for engine: ChaosEngine, experiments: [ChaosExperiment]) -> [JSON] {
        AccountAccess(for: engine, experiments: experiments)?.objects ?? []
    }

    /// What a runner does in the namespaces of its targets, whatever the fault.
    static var targetRules: [JSON] {
        [
            // No resource that a server has: node agents ask whether a runner may do this where its target is.
            rule("litmuschaos.io", ["injections"], ["create"]),
            rule("", ["pods"], ["get", "list", "watch", "patch"]),
        ]
    }

    /// What the runner and the experiment's life cycle do in the engine's namespace, whatever the fault.
    static var runnerRules: [JSON] {
        [
            rule("litmuschaos.io", ["chaosengines", "chaosexperiments"], ["get", "list", "patch", "update"]),
            rule("litmuschaos.io", ["chaosresults"], ["create", "get", "list", "patch", "update"]),
            rule("", ["events"], ["create", "get", "patch", "update"]),
            rule("batch", ["jobs"], ["create", "get", "list", "watch", "delete"]),
        ] + targetRules
    }

    static func rule(_ group: String, _ resources: [String], _ verbs: [String]) -> JSON {
        ["apiGroups": [.string(group)], "resources": JSON(resources), "verbs": JSON(verbs)]
    }

    static func metadata(_ name: String, _ namespace: String?) -> JSON {
        var metadata: JSON = ["name": .string(name), "labels": ["app.kubernetes.io/part-of": "litmus"]]
        if let namespace { metadata["namespace"] = .string(namespace) }
        return metadata
    }
}
