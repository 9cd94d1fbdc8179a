import KubernetesAPI

extension Installation {
    /// The account of a Deployment and what it may do: in the namespaces that it watches, and in its own.
    func access(of process: Process) -> [JSON] {
        let rules = RuleSet.merged(process.components.flatMap(\.rules))
        let ownRules = RuleSet.merged(process.components.flatMap(\.ownRules))
        let clusterRules = process.components.flatMap(\.clusterRules)
        switch scope {
        case .cluster:
            return [account(process.name)] + clusterRole(process.name, RuleSet.merged(rules + clusterRules))
                + role(process.name, ownRules)
        case .namespace:
            return [account(process.name)]
                + (clusterRules.isEmpty ? [] : clusterRole(process.name, RuleSet.merged(clusterRules)))
                + role(process.name, RuleSet.merged(rules + ownRules))
        }
    }

    /// The node agent looks after the pods of its node, whatever their namespace where the operator does.
    ///
    /// It asks the server whether a runner may inject where its target is, which no Role can allow.
    var nodeAgentAccess: [JSON] {
        let review = BuiltinRBAC.rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"])
        switch scope {
        case .cluster:
            return [account(NodeAgent.name)] + clusterRole(NodeAgent.name, RuleSet.merged(NodeAgent.rules + [review]))
        case .namespace:
            return [account(NodeAgent.name)] + clusterRole(NodeAgent.name, [review])
                + role(NodeAgent.name, RuleSet.merged(NodeAgent.rules))
        }
    }

    private func account(_ name: String) -> JSON {
        var metadata = metadata(name)
        metadata["annotations"] = JSON([InstallAnnotation.scope: scope.rawValue])
        return finished(["apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata])
    }

    private func role(_ name: String, _ rules: [JSON]) -> [JSON] {
        roleAndBinding("Role", metadata(name), account: name, rules)
    }

    /// Cluster roles have one name space for all installations.
    private func clusterRole(_ name: String, _ rules: [JSON]) -> [JSON] {
        let roleName = namespace == InstallLabel.litmus ? name : "\(namespace)-\(name)"
        return roleAndBinding("ClusterRole", ["name": .string(roleName)], account: name, rules)
    }

    private func roleAndBinding(_ kind: String, _ metadata: JSON, account: String, _ rules: [JSON]) -> [JSON] {
        let group = "rbac.authorization.k8s.io"
        return [
            finished([
                "apiVersion": .string("\(group)/v1"), "kind": .string(kind), "metadata": metadata,
                "rules": .array(rules),
            ]),
            finished([
                "apiVersion": .string("\(group)/v1"), "kind": .string("\(kind)Binding"), "metadata": metadata,
                "roleRef": ["apiGroup": .string(group), "kind": .string(kind), "name": metadata["name"]],
                "subjects": [
                    ["kind": "ServiceAccount", "name": .string(account), "namespace": .string(namespace)]
                ],
            ]),
        ]
    }

    func metadata(_ name: String) -> JSON { ["name": .string(name), "namespace": .string(namespace)] }
}
