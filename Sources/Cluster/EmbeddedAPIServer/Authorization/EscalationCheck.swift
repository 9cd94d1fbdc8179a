import KubernetesAPI

/// Nobody may grant what they do not hold: who writes a role needs its permissions, who binds one too. Pure.
struct EscalationCheck {
    let identity: Identity
    let allows: (RequestAttributes) -> Bool

    /// - Parameters:
    ///   - namespace: where the rules are to hold; empty for the whole cluster.
    ///   - type, name: of the role or binding that is written, for the message.
    /// - Throws: `Status` 403 that lists the rules which are not held.
    func check(_ rules: [PolicyRule], in namespace: String, _ type: GroupVersionResource, name: String) throws {
        let missing = rules.filter { !holds($0, in: namespace) }
        guard !missing.isEmpty else { return }
        let groups = identity.groups.map { "\"\($0)\"" }.joined(separator: " ")
        throw Status.forbidden(
            type, name: name,
            "user \"\(identity.username)\" (groups=[\(groups)]) is attempting to grant RBAC permissions not currently "
                + "held:\n" + missing.map(Self.text).joined(separator: "\n"))
    }

    /// Whether every single permission of a rule is held.
    private func holds(_ rule: PolicyRule, in namespace: String) -> Bool {
        requests(of: rule, in: namespace).allSatisfy(allows)
    }

    private func requests(of rule: PolicyRule, in namespace: String) -> [RequestAttributes] {
        rule.verbs.flatMap { verb in
            let paths = rule.nonResourceURLs.map { RequestAttributes(verb: verb, nonResourcePath: $0) }
            let resources = rule.apiGroups.flatMap { group in
                rule.resources.flatMap { resource in
                    let parts = resource.split(separator: "/", maxSplits: 1).map(String.init)
                    let names = rule.resourceNames.isEmpty ? [""] : rule.resourceNames
                    return names.map { name in
                        RequestAttributes(
                            verb: verb, group: group, resource: parts.first ?? "",
                            subresource: parts.count > 1 ? parts[1] : "", namespace: namespace, name: name)
                    }
                }
            }
            return paths + resources
        }
    }

    private static func text(_ rule: PolicyRule) -> String {
        func list(_ name: String, _ values: [String]) -> String? {
            values.isEmpty ? nil : "\(name):[\(values.map { "\"\($0)\"" }.joined(separator: " "))]"
        }
        let parts = [
            list("APIGroups", rule.apiGroups), list("Resources", rule.resources),
            list("ResourceNames", rule.resourceNames), list("NonResourceURLs", rule.nonResourceURLs),
            list("Verbs", rule.verbs),
        ]
        return "{\(parts.compactMap(\.self).joined(separator: ", "))}"
    }
}
