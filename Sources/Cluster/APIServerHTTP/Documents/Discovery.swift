import KubernetesAPI
import ResourceSchema

/// The documents from which clients learn what is served, in the classic and the aggregated form.
struct Discovery {
    let resources: [ServedResource]

    /// Groups in the order of their first resource, the core group left out.
    private var groups: [String] {
        var seen: Set<String> = [""]
        return resources.map(\.type.group).filter { seen.insert($0).inserted }
    }

    /// Versions of a group, the preferred one first.
    private func versions(of group: String) -> [String] {
        var seen: Set<String> = []
        let own = resources.filter { $0.type.group == group }
        return (own.filter(\.isPreferred) + own).map(\.type.version).filter { seen.insert($0).inserted }
    }

    private func resources(group: String, version: String) -> [ServedResource] {
        resources.filter { $0.type.group == group && $0.type.version == version }
    }

    /// `/api`
    func coreVersions(serverAddress: String) -> JSON {
        [
            "kind": "APIVersions", "versions": JSON(versions(of: "")),
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": .string(serverAddress)]],
        ]
    }

    /// `/apis`
    func groupList() -> JSON {
        ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map(describe))]
    }

    /// `/apis/GROUP`; nil for a group that is not served.
    func group(_ name: String) -> JSON? {
        guard groups.contains(name) else { return nil }
        var group = describe(name)
        group["kind"] = "APIGroup"
        group["apiVersion"] = "v1"
        return group
    }

    private func describe(_ group: String) -> JSON {
        let versions = versions(of: group).map { version -> JSON in
            ["groupVersion": .string("\(group)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(group), "versions": .array(versions), "preferredVersion": versions.first ?? .null]
    }

    /// `/api/v1`, `/apis/GROUP/VERSION`; nil for a version that is not served.
    func resourceList(group: String, version: String) -> JSON? {
        let resources = resources(group: group, version: version)
        guard !resources.isEmpty else { return nil }
        let groupVersion = group.isEmpty ? version : "\(group)/\(version)"
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(groupVersion),
            "resources": .array(resources.flatMap(entries)),
        ]
    }

    private func entries(_ resource: ServedResource) -> [JSON] {
        var entry: JSON = [
            "name": .string(resource.type.plural), "singularName": .string(resource.singular),
            "namespaced": .bool(resource.type.isNamespaced), "kind": .string(resource.type.kind),
            "verbs": JSON(resource.verbs),
        ]
        if !resource.shortNames.isEmpty { entry["shortNames"] = JSON(resource.shortNames) }
        if !resource.categories.isEmpty { entry["categories"] = JSON(resource.categories) }
        return [entry]
            + resource.subresources.map { name in
                let subresource = Subresource(name, of: resource)
                var entry: JSON = [
                    "name": .string("\(resource.type.plural)/\(name)"), "singularName": "",
                    "namespaced": .bool(resource.type.isNamespaced), "kind": .string(subresource.kind),
                    "verbs": JSON(subresource.verbs),
                ]
                if subresource.apiVersion != (resource.type.group, resource.type.version) {
                    entry["group"] = .string(subresource.apiVersion.group)
                    entry["version"] = .string(subresource.apiVersion.version)
                }
                return entry
            }
    }

    /// `/api` and `/apis` as apidiscovery.k8s.io `APIGroupDiscoveryList`.
    /// - Parameter version: `v2` or `v2beta1`.
    func aggregated(core: Bool, version: String) -> JSON {
        let items = (core ? [""] : groups).map { group -> JSON in
            let versions = versions(of: group).map { version -> JSON in
                [
                    "version": .string(version), "freshness": "Current",
                    "resources": .array(resources(group: group, version: version).map(aggregatedEntry)),
                ]
            }
            let metadata: JSON = group.isEmpty ? .object([:]) : ["name": .string(group)]
            return .object(["metadata": metadata, "versions": .array(versions)])
        }
        return .object([
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"),
            "metadata": .object([:]), "items": .array(items),
        ])
    }

    private func aggregatedEntry(_ resource: ServedResource) -> JSON {
        var entry: JSON = [
            "resource": .string(resource.type.plural), "singularResource": .string(resource.singular),
            "scope": resource.type.isNamespaced ? "Namespaced" : "Cluster", "verbs": JSON(resource.verbs),
        ]
        entry["responseKind"] = kind(resource.type.group, resource.type.version, resource.type.kind)
        if !resource.shortNames.isEmpty { entry["shortNames"] = JSON(resource.shortNames) }
        if !resource.categories.isEmpty { entry["categories"] = JSON(resource.categories) }
        let subresources = resource.subresources.map { name -> JSON in
            let subresource = Subresource(name, of: resource)
            let (group, version) = subresource.apiVersion
            return [
                "subresource": .string(name), "responseKind": kind(group, version, subresource.kind),
                "verbs": JSON(subresource.verbs),
            ]
        }
        if !subresources.isEmpty { entry["subresources"] = .array(subresources) }
        return entry
    }

    private func kind(_ group: String, _ version: String, _ kind: String) -> JSON {
        .object(["group": .string(group), "version": .string(version), "kind": .string(kind)])
    }
}

/// What a subresource speaks: the kind of its body and the verbs it takes.
struct Subresource {
    var kind: String
    var apiVersion: (group: String, version: String)
    var verbs: [String]

    init(_ name: String, of resource: ServedResource) {
        kind = resource.type.kind
        apiVersion = (resource.type.group, resource.type.version)
        switch name {
        case "scale": (kind, apiVersion, verbs) = ("Scale", ("autoscaling", "v1"), ["get", "patch", "update"])
        case "token":
            (kind, apiVersion, verbs) = ("TokenRequest", ("authentication.k8s.io", "v1"), ["create"])
        case "eviction": (kind, apiVersion, verbs) = ("Eviction", ("policy", "v1"), ["create"])
        case "binding": (kind, verbs) = ("Binding", ["create"])
        case "log": verbs = ["get"]
        case "exec": (kind, verbs) = ("PodExecOptions", ["create", "get"])
        case "attach": (kind, verbs) = ("PodAttachOptions", ["create", "get"])
        case "portforward": (kind, verbs) = ("PodPortForwardOptions", ["create", "get"])
        case "proxy": verbs = ["create", "delete", "get", "patch", "update"]
        case "finalize": verbs = ["update"]
        default: verbs = ["get", "patch", "update"]
        }
    }
}
