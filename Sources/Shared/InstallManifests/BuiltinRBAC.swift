import ChaosAPI
import KubernetesAPI

/// Roles and accounts that an installation, or a run in an ephemeral cluster, needs.
public enum BuiltinRBAC {
    /// What the operator does in the namespaces that it watches, and nothing more; see `operatorRole` for its own.
    public static func operatorClusterRole(name: String = "litmus") -> JSON {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": metadata(name, nil),
            "rules": [
                rule("litmuschaos.io", ["chaosengines"], ["get", "list", "watch", "update", "patch"]),
                rule("litmuschaos.io", ["chaosengines/finalizers"], ["update"]),
                rule("litmuschaos.io", ["chaosexperiments"], ["get", "list", "watch"]),
                rule("litmuschaos.io", ["chaosresults"], ["get", "list", "watch", "update", "patch"]),
                rule("", ["pods"], ["get", "list", "watch", "create", "delete", "deletecollection"]),
                rule("", ["serviceaccounts"], ["get"]),
                rule("", ["events"], ["create", "get", "patch", "update"]),
                rule("batch", ["jobs"], ["get", "list", "watch", "delete", "deletecollection"]),
                rule("coordination.k8s.io", ["leases"], ["get", "create", "update", "patch"]),
            ],
        ]
    }

    /// What the operator does in its own namespace: it reads the ConfigMap of a halt, and no other one.
    public static func operatorRole(name: String = "litmus", namespace: String = Halt.defaultNamespace) -> JSON {
        var halt = rule("", ["configmaps"], ["get", "list", "watch"])
        halt["resourceNames"] = [.string(Halt.configMapName)]
        return [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata(name, namespace),
            "rules": [halt],
        ]
    }

    /// The service account that an engine names and what it needs: the permissions of the engine's ChaosExperiments,
    /// and those of the runner itself.
    ///
    /// A Role in the engine's namespace; for an application in another namespace, and for experiments of scope
    /// `Cluster`, a ClusterRole.
    /// - Parameter experiments: the ChaosExperiments that the engine names, as far as they exist.
    /// - Returns: ServiceAccount, role and binding, in the order to create them; empty when the engine names no account.
    public static func objects(for engine: ChaosEngine, experiments: [ChaosExperiment]) -> [JSON] {
        let account = engine.serviceAccount
        guard !account.isEmpty else { return [] }
        let namespace = engine.namespace.isEmpty ? "default" : engine.namespace
        let elsewhere = ((try? engine.appTargets()) ?? []).contains { $0.namespace != namespace }
        let isCluster = elsewhere || experiments.contains { $0.definition.scope == "Cluster" }
        let rules = runnerRules + experiments.flatMap { $0.definition.permissions.map(watchable) }
        let subject: JSON = ["kind": "ServiceAccount", "name": .string(account), "namespace": .string(namespace)]
        let prefix = isCluster ? "Cluster" : ""
        // Cluster roles have one name space for all, so the account's namespace tells them apart.
        let roleName = isCluster ? "\(namespace)-\(account)" : account
        let scope = isCluster ? nil : namespace
        return [
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(account, namespace)],
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string("\(prefix)Role"),
                "metadata": metadata(roleName, scope), "rules": .array(unique(rules)),
            ],
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string("\(prefix)RoleBinding"),
                "metadata": metadata(roleName, scope), "subjects": [subject],
                "roleRef": [
                    "apiGroup": "rbac.authorization.k8s.io", "kind": .string("\(prefix)Role"),
                    "name": .string(roleName),
                ],
            ],
        ]
    }

    /// What the runner and the experiment's life cycle do, whatever the fault.
    static var runnerRules: [JSON] {
        [
            rule("litmuschaos.io", ["chaosengines", "chaosexperiments"], ["get", "list", "patch", "update"]),
            rule("litmuschaos.io", ["chaosresults"], ["create", "get", "list", "patch", "update"]),
            rule("", ["pods"], ["get", "list", "watch"]),
            rule("", ["events"], ["create", "get", "patch", "update"]),
            rule("", ["configmaps", "secrets"], ["get"]),
            rule("batch", ["jobs"], ["create", "get", "list", "watch", "delete"]),
        ]
    }

    /// Charts let experiments list pods but not watch them, so that they can only poll; a role made here may watch.
    private static func watchable(_ rule: JSON) -> JSON {
        let verbs = rule["verbs"].strings
        guard verbs.contains("list"), !verbs.contains("watch"), !verbs.contains("*") else { return rule }
        var rule = rule
        rule["verbs"] = JSON(verbs + ["watch"])
        return rule
    }

    private static func unique(_ rules: [JSON]) -> [JSON] {
        var seen: Set<JSON> = []
        return rules.filter { seen.insert($0).inserted }
    }

    static func rule(_ group: String, _ resources: [String], _ verbs: [String]) -> JSON {
        ["apiGroups": [.string(group)], "resources": JSON(resources), "verbs": JSON(verbs)]
    }

    private static func metadata(_ name: String, _ namespace: String?) -> JSON {
        var metadata: JSON = ["name": .string(name), "labels": ["app.kubernetes.io/part-of": "litmus"]]
        if let namespace { metadata["namespace"] = .string(namespace) }
        return metadata
    }
}
