import ChaosAPI
import KubernetesAPI

/// A service account that engines name, and what it must be allowed to do for them.
public struct AccountAccess: Sendable, Hashable {
    public var namespace: String
    public var name: String
    /// Whether an experiment has the scope `Cluster`, for which Roles do not suffice.
    public var isClusterWide: Bool
    /// rbac/v1 `PolicyRule` values, for the account's namespace.
    public var rules: [JSON]
    /// The same for other namespaces: those of targets, and of objects that probes look at.
    public var elsewhere: [String: [JSON]] = [:]

    /// What one engine needs: the permissions of its ChaosExperiments, those of its probes of the cluster, and those of
    /// the runner itself.
    /// - Parameter experiments: the ChaosExperiments that the engine names, as far as they exist.
    /// - Returns: nil when the engine names no account.
    public init?(for engine: ChaosEngine, experiments: [ChaosExperiment]) {
        guard !engine.serviceAccount.isEmpty else { return nil }
        let home = engine.namespace.isEmpty ? "default" : engine.namespace
        namespace = home
        name = engine.serviceAccount
        isClusterWide = experiments.contains { $0.definition.scope == "Cluster" }
        let permissions = experiments.flatMap { $0.definition.permissions.map(Self.watchable) }
        var own = BuiltinRBAC.runnerRules + permissions + ConfigurationAccess(engine, experiments).rules
        let targets = Set(((try? engine.appTargets()) ?? []).map(\.namespace)).subtracting(["", home])
        for target in targets {
            elsewhere[target] = RuleSet.merged(BuiltinRBAC.targetRules + permissions.compactMap(Self.ofTarget))
        }
        for inputs in engine.experiments.flatMap(\.probes).map({ $0["k8sProbe/inputs"] }) where !inputs.isNull {
            let place = inputs["namespace"].string ?? ""
            if ["", home].contains(place) {
                own.append(Self.rule(probe: inputs))
            } else {
                elsewhere[place] = RuleSet.merged((elsewhere[place] ?? []) + [Self.rule(probe: inputs)])
            }
        }
        rules = RuleSet.merged(own)
    }

    /// Accounts that several engines name get what each of them needs. In the order in which they are first named.
    public static func merged(_ accounts: [AccountAccess]) -> [AccountAccess] {
        var merged: [AccountAccess] = []
        for account in accounts {
            if let index = merged.firstIndex(where: { $0.namespace == account.namespace && $0.name == account.name }) {
                merged[index].isClusterWide = merged[index].isClusterWide || account.isClusterWide
                merged[index].rules = RuleSet.merged(merged[index].rules + account.rules)
                merged[index].elsewhere.merge(account.elsewhere) { RuleSet.merged($0 + $1) }
            } else {
                merged.append(account)
            }
        }
        return merged
    }

    /// ServiceAccount, roles and bindings, in the order to create them.
    ///
    /// A Role in the account's namespace and in each other one where something is to be done; for experiments of scope
    /// `Cluster` a ClusterRole, and a Role for what is only read in the account's namespace.
    public var objects: [JSON] {
        // Roles elsewhere meet those of other accounts, and cluster roles have one name space for all.
        let wideName = "\(namespace)-\(name)"
        var objects: [JSON] = [
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": BuiltinRBAC.metadata(name, namespace)]
        ]
        guard isClusterWide else {
            objects += role(name, in: namespace, rules)
            for (place, rules) in elsewhere.sorted(by: { $0.key < $1.key }) {
                objects += role(wideName, in: place, rules)
            }
            return objects
        }
        let isNamed: (JSON) -> Bool = { !$0["resourceNames"].strings.isEmpty }
        let wide = RuleSet.merged(rules.filter { !isNamed($0) } + elsewhere.values.flatMap { $0 })
        objects += role(wideName, in: nil, wide)
        let named = rules.filter(isNamed)
        return named.isEmpty ? objects : objects + role(name, in: namespace, named)
    }

    /// A role and its binding; without a namespace, those of the cluster.
    private func role(_ roleName: String, in place: String?, _ rules: [JSON]) -> [JSON] {
        let group = "rbac.authorization.k8s.io"
        let kind = place == nil ? "ClusterRole" : "Role"
        return [
            [
                "apiVersion": .string("\(group)/v1"), "kind": .string(kind),
                "metadata": BuiltinRBAC.metadata(roleName, place), "rules": .array(rules),
            ],
            [
                "apiVersion": .string("\(group)/v1"), "kind": .string("\(kind)Binding"),
                "metadata": BuiltinRBAC.metadata(roleName, place),
                "subjects": [
                    ["kind": "ServiceAccount", "name": .string(name), "namespace": .string(namespace)]
                ],
                "roleRef": ["apiGroup": .string(group), "kind": .string(kind), "name": .string(roleName)],
            ],
        ]
    }

    /// What of an experiment's permissions is for its targets: engines, results and configuration are at home.
    private static func ofTarget(_ rule: JSON) -> JSON? {
        var rule = rule
        let groups = rule["apiGroups"].strings.filter { $0 != ChaosAPIGroup.name }
        var resources = rule["resources"].strings
        if groups.contains("") { resources.removeAll { ["configmaps", "secrets"].contains($0) } }
        guard !groups.isEmpty, !resources.isEmpty else { return nil }
        rule["apiGroups"] = JSON(groups)
        rule["resources"] = JSON(resources)
        return rule
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
