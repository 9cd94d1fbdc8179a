import KubernetesAPI
import NIOHTTP1

extension HTTPKubernetesClient {
    /// By aggregated discovery (two requests) where the server has it, else group by group. A group whose own API server
    /// is away is left out.
    public func resourceTypes() async throws -> [ResourceType] {
        async let core = resourceTypes(below: "/api")
        async let named = resourceTypes(below: "/apis")
        return try await core + named
    }

    private func resourceTypes(below path: String) async throws -> [ResourceType] {
        var request = RESTRequest(.GET, path: path)
        request.accept = Discovery.accept
        let document = try await json(request)
        if document["kind"] == "APIGroupDiscoveryList" { return Discovery.types(aggregated: document) }
        let paths = Discovery.groupVersionPaths(document)
        return try await withThrowingTaskGroup(of: (Int, [ResourceType]).self) { group in
            for (index, path) in paths.enumerated() {
                group.addTask {
                    do {
                        return (
                            index, Discovery.types(resourceList: try await self.json(RESTRequest(.GET, path: path)))
                        )
                    } catch let status as Status where status.code == 503 || status.isNotFound {
                        return (index, [])
                    }
                }
            }
            var lists = [[ResourceType]](repeating: [], count: paths.count)
            for try await (index, list) in group { lists[index] = list }
            return lists.flatMap(\.self)
        }
    }
}

/// Reads the discovery documents of Kubernetes 1.20 and later.
enum Discovery {
    static let accept =
        ["v2", "v2beta1"].map { "application/json;g=apidiscovery.k8s.io;v=\($0);as=APIGroupDiscoveryList," }.joined()
        + "application/json"

    /// `APIGroupDiscoveryList`: versions stand in the order of preference.
    static func types(aggregated document: JSON) -> [ResourceType] {
        (document["items"].array ?? []).flatMap { group in
            (group["versions"].array ?? []).flatMap { version in
                (version["resources"].array ?? []).compactMap { resource in
                    type(
                        group: group["metadata", "name"].string ?? "", version: version["version"].string,
                        kind: resource["responseKind", "kind"].string, plural: resource["resource"].string,
                        isNamespaced: resource["scope"] == "Namespaced")
                }
            }
        }
    }

    /// The paths of `APIVersions` or `APIGroupList`, each group's preferred version first.
    static func groupVersionPaths(_ document: JSON) -> [String] {
        if document["kind"] == "APIVersions" { return document["versions"].strings.map { "/api/\($0)" } }
        return (document["groups"].array ?? []).flatMap { group in
            let preferred = group["preferredVersion", "groupVersion"].string
            let versions = (group["versions"].array ?? []).compactMap { $0["groupVersion"].string }
            let ordered = versions.filter { $0 == preferred } + versions.filter { $0 != preferred }
            return ordered.map { "/apis/\($0)" }
        }
    }

    /// `APIResourceList`; subresources are left out.
    static func types(resourceList document: JSON) -> [ResourceType] {
        let parts = (document["groupVersion"].string ?? "").split(separator: "/").map(String.init)
        guard let version = parts.last else { return [] }
        return (document["resources"].array ?? []).compactMap { resource in
            type(
                group: parts.count > 1 ? parts[0] : "", version: version, kind: resource["kind"].string,
                plural: resource["name"].string, isNamespaced: resource["namespaced"].bool ?? false)
        }
    }

    private static func type(
        group: String, version: String?, kind: String?, plural: String?, isNamespaced: Bool
    ) -> ResourceType? {
        guard let version, let kind, let plural, !plural.contains("/") else { return nil }
        return ResourceType(group: group, version: version, kind: kind, plural: plural, isNamespaced: isNamespaced)
    }
}
