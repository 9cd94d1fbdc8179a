import KubernetesAPI

/// A request that a k8sProbe makes of the API, to say in words what became of it.
struct KubernetesRequest: Sendable, Hashable {
    /// `get`, `list`, `create` or `delete`: the verb of the permission that it needs.
    var verb: String
    var type: GroupVersionResource
    /// nil: the whole cluster.
    var namespace: String?

    /// The server's words, and what to do about a missing permission or an unknown resource type.
    func explanation(of error: any Error) -> String {
        guard let status = error as? Status else { return "\(error)" }
        if status.isForbidden {
            let role = namespace.map { "role in the namespace \($0)" } ?? "cluster role"
            return "\(status): add the verb \(verb) on \(type.groupResource) to the service account's \(role)"
        }
        if Self.isUnknownType(status) {
            return "\(status): check group, version and resource of k8sProbe/inputs, which name "
                + "\(type.apiVersion) \(type.resource); resource is the plural, as `kubectl api-resources` lists it"
        }
        return "\(status)"
    }

    /// Whether the server lacks the resource type, and not the object: then nothing is known about the object.
    static func isUnknownType(_ status: Status) -> Bool {
        status.code == 404 && status.details["name"].isNull
    }
}
