import KubernetesAPI

/// One rule of a Role or ClusterRole.
struct PolicyRule: Sendable, Hashable {
    var verbs: [String]
    var apiGroups: [String]
    /// Such as `pods`, `pods/log`, `*/scale`, `*`.
    var resources: [String]
    /// Empty: every name.
    var resourceNames: [String]
    /// Such as `/healthz`, `/apis/*`.
    var nonResourceURLs: [String]

    init(json: JSON) {
        verbs = json["verbs"].strings
        apiGroups = json["apiGroups"].strings
        resources = json["resources"].strings
        resourceNames = json["resourceNames"].strings
        nonResourceURLs = json["nonResourceURLs"].strings
    }

    var json: JSON {
        var json: JSON = ["verbs": JSON(verbs)]
        let lists = [
            ("apiGroups", apiGroups), ("resources", resources), ("resourceNames", resourceNames),
            ("nonResourceURLs", nonResourceURLs),
        ]
        for (name, list) in lists where !list.isEmpty { json[name] = JSON(list) }
        return json
    }

    func allows(_ request: RequestAttributes) -> Bool {
        guard verbs.contains("*") || verbs.contains(request.verb) else { return false }
        guard request.nonResourcePath.isEmpty else { return nonResourceURLs.contains { matches($0, request) } }
        guard apiGroups.contains("*") || apiGroups.contains(request.group) else { return false }
        guard resources.contains(where: { names($0, request) }) else { return false }
        return resourceNames.isEmpty || resourceNames.contains(request.name)
    }

    private func matches(_ pattern: String, _ request: RequestAttributes) -> Bool {
        guard pattern.hasSuffix("*") else { return pattern == request.nonResourcePath }
        return request.nonResourcePath.hasPrefix(pattern.dropLast())
    }

    private func names(_ pattern: String, _ request: RequestAttributes) -> Bool {
        if pattern == "*" { return true }
        guard !request.subresource.isEmpty else { return pattern == request.resource }
        return pattern == "\(request.resource)/\(request.subresource)" || pattern == "*/\(request.subresource)"
    }
}
