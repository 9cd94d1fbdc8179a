import KubernetesAPI

/// What a request's path addresses. Pure: knows the shape of the API's paths, not what is served.
enum APIPath: Equatable {
    case root
    /// `/healthz`, `/livez`, `/readyz`, with or without the name of one check.
    case health
    case version
    /// `/api`
    case coreVersions
    /// `/apis`
    case groups
    case group(String)
    case resources(group: String, version: String)
    case openAPIv2
    case openAPIv3Index
    /// The part after `/openapi/v3/`: `api/v1` or `apis/apps/v1`.
    case openAPIv3(String)
    case resource(ResourcePath)
    case unknown

    /// - Parameter path: the path without query, percent-encoded.
    init(_ path: some StringProtocol) {
        let segments = path.split(separator: "/").map { PercentDecoding.decode($0) }
        guard let first = segments.first else {
            self = .root
            return
        }
        switch first {
        case "api":
            self = Self.versioned(segments.dropFirst(), group: "", otherwise: .coreVersions)
        case "apis":
            guard segments.count > 1 else {
                self = .groups
                return
            }
            self = Self.versioned(segments.dropFirst(2), group: segments[1], otherwise: .group(segments[1]))
        case "healthz", "livez", "readyz": self = .health
        case "version" where segments.count == 1: self = .version
        case "openapi": self = Self.openAPI(segments.dropFirst())
        default: self = .unknown
        }
    }

    private static func versioned(
        _ segments: ArraySlice<String>, group: String, otherwise: APIPath
    ) -> APIPath {
        guard let version = segments.first else { return otherwise }
        let rest = segments.dropFirst()
        if rest.isEmpty { return .resources(group: group, version: version) }
        return ResourcePath(rest, group: group, version: version).map(APIPath.resource) ?? .unknown
    }

    private static func openAPI(_ segments: ArraySlice<String>) -> APIPath {
        switch (segments.first, segments.count) {
        case ("v2", 1): .openAPIv2
        case ("v3", 1): .openAPIv3Index
        case ("v3", _): .openAPIv3(segments.dropFirst().joined(separator: "/"))
        default: .unknown
        }
    }
}

/// A path below a group and version: a collection, an object or a subresource.
struct ResourcePath: Equatable {
    var type: GroupVersionResource
    /// nil for cluster-scoped resources and all namespaces.
    var namespace: String?
    var name: String?
    /// `status`, `scale`, `log`, …
    var subresource: String?
    /// What follows the subresource, as `proxy` has it.
    var rest: [String] = []
    /// The form `/api/v1/watch/…`.
    var isLegacyWatch = false

    /// Subresources of a namespace; anything else below `namespaces/NAME` is a resource in it.
    private static let namespaceSubresources: Set<String> = ["status", "finalize"]

    init?(_ segments: ArraySlice<String>, group: String, version: String) {
        var segments = segments
        if segments.first == "watch" {
            isLegacyWatch = true
            segments = segments.dropFirst()
        }
        let isNamespaces = segments.first == "namespaces" && group.isEmpty
        if segments.first == "namespaces", segments.count > 2 {
            let parts = Array(segments)
            if !(isNamespaces && parts.count == 3 && Self.namespaceSubresources.contains(parts[2])) {
                namespace = parts[1]
                segments = segments.dropFirst(2)
            }
        }
        var parts = Array(segments)
        guard !parts.isEmpty else { return nil }
        type = GroupVersionResource(group: group, version: version, resource: parts.removeFirst())
        if !parts.isEmpty { name = parts.removeFirst() }
        if !parts.isEmpty { subresource = parts.removeFirst() }
        rest = parts
    }
}
