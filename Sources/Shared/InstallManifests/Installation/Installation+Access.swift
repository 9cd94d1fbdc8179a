import KubernetesAPI

extension Installation {
    /// The account of a Deployment and what it may do: in the namespaces that it watches, and in its own.
    func access(of process: Process) -> [JSON] {
        let rules = RuleSet.merged(process.components.flatMap(\.rules))
        let ownRules = RuleSet.merged(process.components.flatMap(\.ownRules))
        let clusterRules = process.components.flatMap(\.clusterRules)
        let name = accountName(of: process)
        let accounts = makesServiceAccount ? [account(name)] : []
        switch scope {
        case .cluster:
            return accounts + clusterRole(process.name, for: name, RuleSet.merged(rules + clusterRules))
                + role(process.name, for: name, ownRules)
        case .namespace:
            let needsClusterRole = makesClusterRoles && !clusterRules.isEmpty
            return accounts
                + (needsClusterRole ? clusterRole(process.name, for: name, RuleSet.merged(clusterRules)) : [])
                + role(process.name, for: name, RuleSet.merged(rules + ownRules))
        }
    }

    func accountName(of process: Process) -> String { serviceAccount ?? process.name }

    /// The node agent looks after the pods of its node, whatever their namespace where the operator does.
    ///
    /// It asks the server whether a runner may inject where its target is, which no Role can allow.
    var nodeAgentAccess: [JSON] {
        let review = BuiltinRBAC.rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"])
        switch scope {
        case .cluster:
            return [account(NodeAgent.name)]
                + clusterRole(NodeAgent.name, for: NodeAgent.name, RuleSet.merged(NodeAgent.rules + [review]))
        case .namespace:
            return [account(NodeAgent.name)] + clusterRole(NodeAgent.name, for: NodeAgent.name, [review])
                + role(NodeAgent.name, for: NodeAgent.name, RuleSet.merged(NodeAgent.rules))
        }
    }

    private func account(_ name: String) -> JSON {
        var metadata = metadata(name)
        metadata["annotations"] = JSON([InstallAnnotation.scope: scope.rawValue])
        return finished(["apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata])
    }

    private func role(_ name: String, for account: String, _ rules: [JSON]) -> [JSON] {
        roleAndBinding("Role", metadata(name), account: account, rules)
    }

    /// Cluster roles have one name space for all installations.
    private func clusterRole(_ name: String, for account: String, _ rules: [JSON]) -> [JSON] {
        let roleName = namespace == InstallLabel.litmus ? name : "\(namespace)-\(name)"
        return roleAndBinding("ClusterRole", ["name": .string(roleName)], account: account, rules)
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
