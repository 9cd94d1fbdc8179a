import KubernetesAPI

extension APIServer {
    /// Refuses a role or binding by which its writer would grant more than they hold. Verbs `escalate` (of roles) and
    /// `bind` (of the role that is bound) allow it all the same.
    func checkEscalation(_ object: JSON, old: JSON?, _ access: Access) throws {
        let id = access.kind.collection
        let isRole = id == .roles || id == .clusterRoles
        let isBinding = id == .roleBindings || id == .clusterRoleBindings
        guard isRole || isBinding, !access.identity.groups.contains("system:masters") else { return }
        let fields = isRole ? ["rules", "aggregationRule"] : ["subjects", "roleRef"]
        guard fields.contains(where: { old == nil || old?[$0] != object[$0] }) else { return }
        let name = object["metadata", "name"].string ?? ""
        var exception = RequestAttributes(
            verb: "escalate", group: BootstrapPolicy.rbac, version: "v1", resource: id.resource,
            namespace: access.scope, name: name)
        var rules = AccessPolicy.rules(of: object)
        if isBinding {
            let reference = object["roleRef"]
            exception.verb = "bind"
            exception.resource = reference["kind"].string == "ClusterRole" ? "clusterroles" : "roles"
            exception.name = reference["name"].string ?? ""
            rules = try boundRules(exception.resource, exception.name, access.scope)
        }
        guard !authorizer.allows(exception, for: access.identity) else { return }
        let identity = access.identity
        let check = EscalationCheck(identity: identity) { self.authorizer.allows($0, for: identity) }
        if !isBinding, !object["aggregationRule"].isNull {
            // Whatever it will take in, now or later.
            let all = PolicyRule(json: ["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]])
            try check.check([all], in: "", access.kind.gvr, name: name)
        }
        try check.check(rules, in: access.scope, access.kind.gvr, name: name)
    }

    private func boundRules(_ resource: String, _ name: String, _ namespace: String) throws -> [PolicyRule] {
        let isCluster = resource == "clusterroles"
        let id: CollectionID = isCluster ? .clusterRoles : .roles
        guard let entry = store.entry(id, ObjectKey(namespace: isCluster ? "" : namespace, name: name)) else {
            let type = GroupVersionResource(group: BootstrapPolicy.rbac, version: "v1", resource: resource)
            throw Status.notFound(type, name: name)
        }
        return AccessPolicy.rules(of: entry.json)
    }
}
