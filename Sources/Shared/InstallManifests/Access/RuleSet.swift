import KubernetesAPI

/// rbac/v1 `PolicyRule` values, joined.
public enum RuleSet {
    /// The same permissions in as few rules as one reads easily: verbs on a resource are joined, and resources of one
    /// group with the same verbs share a rule. Sorted by group and resource.
    public static func merged(_ rules: [JSON]) -> [JSON] {
        var others: [JSON] = []
        var verbs: [Target: Set<String>] = [:]
        for rule in rules {
            guard rule["nonResourceURLs"].strings.isEmpty else {
                if !others.contains(rule) { others.append(rule) }
                continue
            }
            let names = rule["resourceNames"].strings.sorted()
            for group in rule["apiGroups"].strings {
                for resource in rule["resources"].strings {
                    verbs[Target(group: group, resource: resource, names: names), default: []]
                        .formUnion(rule["verbs"].strings)
                }
            }
        }
        // What may be done to all objects of a resource need not be granted for some of them again.
        for (target, granted) in verbs where !target.names.isEmpty {
            let everywhere = verbs[Target(group: target.group, resource: target.resource, names: [])] ?? []
            let rest = granted.subtracting(everywhere)
            verbs[target] = rest.isEmpty ? nil : rest
        }
        var shared: [Shared: [String]] = [:]
        for (target, granted) in verbs {
            shared[Shared(group: target.group, names: target.names, verbs: ordered(granted)), default: []]
                .append(target.resource)
        }
        let sorted = shared.map { (key: $0.key, resources: $0.value.sorted()) }.sorted {
            ($0.key.group, $0.resources.joined(separator: ","), $0.key.names.joined(separator: ","))
                < ($1.key.group, $1.resources.joined(separator: ","), $1.key.names.joined(separator: ","))
        }
        return sorted.map { shared, resources in
            var rule = BuiltinRBAC.rule(shared.group, resources, shared.verbs)
            if !shared.names.isEmpty { rule["resourceNames"] = JSON(shared.names) }
            return rule
        } + others
    }

    /// As manuals list them; `*` stands for all.
    private static func ordered(_ verbs: Set<String>) -> [String] {
        if verbs.contains("*") { return ["*"] }
        let known = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
        return known.filter(verbs.contains) + verbs.subtracting(known).sorted()
    }

    private struct Target: Hashable {
        var group: String
        var resource: String
        var names: [String]
    }

    private struct Shared: Hashable {
        var group: String
        var names: [String]
        var verbs: [String]
    }
}
