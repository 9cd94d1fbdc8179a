import KubernetesAPI
import Synchronization

/// Decides by the stored Roles, ClusterRoles and bindings. What it derives from them is kept until one of them changes.
final class RBACAuthorizer: Sendable {
    private struct Cached {
        var revisions: [UInt64] = []
        var policy = AccessPolicy(roles: [], clusterRoles: [], roleBindings: [], clusterRoleBindings: [])
    }

    private static let collections: [CollectionID] = [.roles, .clusterRoles, .roleBindings, .clusterRoleBindings]

    private let store: ObjectStore
    private let cached = Mutex(Cached())

    init(store: ObjectStore) { self.store = store }

    func allows(_ request: RequestAttributes, for identity: Identity) -> Bool {
        identity.groups.contains("system:masters") || policy.allows(request, for: identity)
    }

    func rules(for identity: Identity, namespace: String) -> [PolicyRule] {
        guard !identity.groups.contains("system:masters") else {
            let all: JSON = ["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]
            return [PolicyRule(json: all), PolicyRule(json: ["verbs": ["*"], "nonResourceURLs": ["*"]])]
        }
        return policy.rules(for: identity, namespace: namespace)
    }

    private var policy: AccessPolicy {
        let revisions = store.revisions(of: Self.collections)
        if let policy = cached.withLock({ $0.revisions == revisions ? $0.policy : nil }) { return policy }
        let objects = Self.collections.map { store.snapshot($0).entries.all.map(\.json) }
        let policy = AccessPolicy(
            roles: objects[0], clusterRoles: objects[1], roleBindings: objects[2], clusterRoleBindings: objects[3])
        cached.withLock { $0 = Cached(revisions: revisions, policy: policy) }
        return policy
    }
}

extension RequestAttributes {
    /// Kubernetes' sentence for a request that is not allowed, after `is forbidden: `.
    public func denial(for identity: Identity) -> String {
        guard nonResourcePath.isEmpty else {
            return "User \"\(identity.username)\" cannot \(verb) path \"\(nonResourcePath)\""
        }
        let target = subresource.isEmpty ? resource : "\(resource)/\(subresource)"
        let place = namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(namespace)\""
        return "User \"\(identity.username)\" cannot \(verb) resource \"\(target)\" in API group \"\(group)\" \(place)"
    }
}
