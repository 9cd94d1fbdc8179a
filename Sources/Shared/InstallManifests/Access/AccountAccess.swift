import ChaosAPI
import KubernetesAPI

/// A service account that engines name, and what it must be allowed to do for them.
public struct AccountAccess: Sendable, Hashable {
    public var namespace: String
    public var name: String
    /// Whether a Role in its namespace does not suffice.
    public var isClusterWide: Bool
    /// rbac/v1 `PolicyRule` values.
    public var rules: [JSON]

    /// What one engine needs: the permissions of its ChaosExperiments, those of its probes of the cluster, and those of
    /// the runner itself.
    /// - Parameter experiments: the ChaosExperiments that the engine names, as far as they exist.
    /// - Returns: nil when the engine names no account.
    public init?(for engine: ChaosEngine, experiments: [ChaosExperiment]) {
        guard !engine.serviceAccount.isEmpty else { return nil }
        namespace = engine.namespace.isEmpty ? "default" : engine.namespace
        name = engine.serviceAccount
        let home = namespace
        let probes = engine.experiments.flatMap(\.probes).map { $0["k8sProbe/inputs"] }.filter { !$0.isNull }
        let isElsewhere =
            ((try? engine.appTargets()) ?? []).contains { $0.namespace != home }
            || probes.contains { !["", home].contains($0["namespace"].string ?? "") }
        isClusterWide = isElsewhere || experiments.contains { $0.definition.scope == "Cluster" }
        rules = RuleSet.merged(
            BuiltinRBAC.runnerRules + probes.map(Self.rule)
                + experiments.flatMap { $0.definition.permissions.map(Self.watchable) })
    }

    /// Accounts that several engines name get what each of them needs. In the order in which they are first named.
    public static func merged(_ accounts: [AccountAccess]) -> [AccountAccess] {
        var merged: [AccountAccess] = []
        for account in accounts {
            if let index = merged.firstIndex(where: { $0.namespace == account.namespace && $0.name == account.name }) {
                merged[index].isClusterWide = merged[index].isClusterWide || account.isClusterWide
                merged[index].rules = RuleSet.merged(merged[index].rules + account.rules)
            } else {
                merged.append(account)
            }
        }
        return merged
    }

    /// ServiceAccount, role and binding, in the order to create them.
    ///
    /// A Role in the account's namespace; for an application in another namespace, and for experiments of scope
    /// `Cluster`, a ClusterRole.
    public var objects: [JSON] {
        let group = "rbac.authorization.k8s.io"
        let kind = isClusterWide ? "ClusterRole" : "Role"
        // Cluster roles have one name space for all, so the account's namespace tells them apart.
        let roleName = isClusterWide ? "\(namespace)-\(name)" : name
        let scope = isClusterWide ? nil : namespace
        return [
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": BuiltinRBAC.metadata(name, namespace)],
            [
                "apiVersion": .string("\(group)/v1"), "kind": .string(kind),
                "metadata": BuiltinRBAC.metadata(roleName, scope), "rules": .array(rules),
            ],
            [
                "apiVersion": .string("\(group)/v1"), "kind": .string("\(kind)Binding"),
                "metadata": BuiltinRBAC.metadata(roleName, scope),
                "subjects": [
                    ["kind": "ServiceAccount", "name": .string(name), "namespace": .string(namespace)]
                ],
                "roleRef": ["apiGroup": .string(group), "kind": .string(kind), "name": .string(roleName)],
            ],
        ]
    }

    private static func rule(probe inputs: JSON) -> JSON {
        let verbs: [String] =
            switch inputs["operation"].string {
            case "create": ["create", "get"]
            case "delete": ["delete", "get", "list"]
            default: ["get", "list"]
            }
        return BuiltinRBAC.rule(inputs["group"].string ?? "", [inputs["resource"].string ?? ""], verbs)
    }

    /// Charts let experiments list pods but not watch them, so that they can only poll; a role made here may watch.
    private static func watchable(_ rule: JSON) -> JSON {
        let verbs = rule["verbs"].strings
        guard verbs.contains("list"), !verbs.contains("watch"), !verbs.contains("*") else { return rule }
        var rule = rule
        rule["verbs"] = JSON(verbs + ["watch"])
        return rule
    }
}
