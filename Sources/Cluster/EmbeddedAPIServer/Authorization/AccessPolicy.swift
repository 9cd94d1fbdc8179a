import KubernetesAPI

/// All roles and bindings of the cluster, by the subjects that they grant something to. Pure.
struct AccessPolicy: Sendable {
    enum Subject: Sendable, Hashable {
        case user(String)
        case group(String)
    }

    struct Grant: Sendable {
        /// nil: in the whole cluster.
        var namespace: String?
        var rules: [PolicyRule]
    }

    private var grants: [Subject: [Grant]] = [:]

    /// The objects of the four RBAC kinds.
    init(roles: [JSON], clusterRoles: [JSON], roleBindings: [JSON], clusterRoleBindings: [JSON]) {
        let clusterRules = Self.clusterRules(clusterRoles)
        var namespaced: [ObjectKey: [PolicyRule]] = [:]
        for role in roles { namespaced[ObjectMeta(json: role["metadata"]).key] = Self.rules(of: role) }
        for binding in clusterRoleBindings {
            let rules = clusterRules[binding["roleRef", "name"].string ?? ""] ?? []
            add(Grant(namespace: nil, rules: rules), to: binding)
        }
        for binding in roleBindings {
            let namespace = binding["metadata", "namespace"].string ?? ""
            let name = binding["roleRef", "name"].string ?? ""
            let isClusterRole = binding["roleRef", "kind"].string == "ClusterRole"
            let rules =
                isClusterRole ? clusterRules[name] : namespaced[ObjectKey(namespace: namespace, name: name)]
            add(Grant(namespace: namespace, rules: rules ?? []), to: binding)
        }
    }

    private mutating func add(_ grant: Grant, to binding: JSON) {
        guard !grant.rules.isEmpty else { return }
        for subject in binding["subjects"].array ?? [] {
            let name = subject["name"].string ?? ""
            switch subject["kind"].string {
            case "User": grants[.user(name), default: []].append(grant)
            case "Group": grants[.group(name), default: []].append(grant)
            case "ServiceAccount":
                let namespace = subject["namespace"].string ?? grant.namespace ?? ""
                grants[.user("system:serviceaccount:\(namespace):\(name)"), default: []].append(grant)
            default: continue
            }
        }
    }

    static func rules(of role: JSON) -> [PolicyRule] { (role["rules"].array ?? []).map(PolicyRule.init) }

    /// The rules of each ClusterRole, those that it aggregates included.
    static func clusterRules(_ roles: [JSON]) -> [String: [PolicyRule]] {
        var result: [String: [PolicyRule]] = [:]
        for role in roles { result[role["metadata", "name"].string ?? ""] = rules(of: role) }
        for role in roles {
            let name = role["metadata", "name"].string ?? ""
            let aggregated = aggregatedRules(of: role, among: roles)
            result[name] = (result[name] ?? []) + aggregated
        }
        return result
    }

    /// The rules of the roles that an aggregating role selects, each once.
    ///
    /// A selected role may aggregate itself (`admin` takes in `edit`), so the selection is followed to its end.
    static func aggregatedRules(of role: JSON, among roles: [JSON]) -> [PolicyRule] {
        var seen: Set<String> = [role["metadata", "name"].string ?? ""]
        var open = [role]
        var rules: [PolicyRule] = []
        var known: Set<PolicyRule> = []
        while let next = open.popLast() {
            let selectors = (next["aggregationRule", "clusterRoleSelectors"].array ?? [])
                .compactMap { try? LabelSelector(json: $0) }
            for other in roles where selectors.contains(where: { $0.matches(other["metadata", "labels"].stringMap) }) {
                guard seen.insert(other["metadata", "name"].string ?? "").inserted else { continue }
                open.append(other)
                rules += self.rules(of: other).filter { known.insert($0).inserted }
            }
        }
        return rules
    }

    private func grants(of identity: Identity) -> some Sequence<Grant> {
        let subjects = [Subject.user(identity.username)] + identity.groups.map(Subject.group)
        return subjects.lazy.flatMap { grants[$0] ?? [] }
    }

    func allows(_ request: RequestAttributes, for identity: Identity) -> Bool {
        grants(of: identity).contains { grant in
            if let namespace = grant.namespace {
                guard request.nonResourcePath.isEmpty, !request.namespace.isEmpty, namespace == request.namespace
                else { return false }
            }
            return grant.rules.contains { $0.allows(request) }
        }
    }

    /// Every rule that holds for someone in a namespace, each once.
    func rules(for identity: Identity, namespace: String) -> [PolicyRule] {
        var seen: Set<PolicyRule> = []
        return grants(of: identity)
            .filter { $0.namespace == nil || $0.namespace == namespace }
            .flatMap(\.rules)
            .filter { seen.insert($0).inserted }
    }
}
