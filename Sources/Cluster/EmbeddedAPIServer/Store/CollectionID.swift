import KubernetesAPI

/// One resource of one group, whatever its version: where objects of it are stored.
struct CollectionID: Sendable, Hashable, CustomStringConvertible {
    var group: String
    var resource: String

    init(group: String, resource: String) {
        self.group = group
        self.resource = resource
    }

    init(_ type: GroupVersionResource) { self.init(group: type.group, resource: type.resource) }

    /// Reads back `description`.
    init(stored text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        self.init(group: parts.count > 1 ? String(parts[1]) : "", resource: parts.first.map(String.init) ?? "")
    }

    /// `pods` or `deployments.apps`.
    var description: String { group.isEmpty ? resource : "\(resource).\(group)" }
}
