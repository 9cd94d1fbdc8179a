import KubernetesAPI
import ResourceSchema

/// One request for a resource, resolved and allowed.
struct Access: Sendable {
    let kind: ServedKind
    /// Empty for cluster-scoped resources; nil for all namespaces.
    let namespace: String?
    let identity: Identity

    var scope: String { namespace ?? "" }

    func key(_ name: String) -> ObjectKey { ObjectKey(namespace: kind.type.isNamespaced ? scope : "", name: name) }
}

extension APIServer {
    /// Checks permission first, as Kubernetes does, and then whether there is such a resource.
    /// - Throws: `Status` 403, 404 or 405.
    func access(
        _ verb: String, _ type: GroupVersionResource, namespace: String?, name: String = "", subresource: String? = nil,
        as identity: Identity
    ) throws -> Access {
        let namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
        let kind = registry.kind(type)
        let scope = kind?.type.isNamespaced ?? true ? namespace : nil
        let request = RequestAttributes(
            verb: verb, group: type.group, version: type.version, resource: type.resource,
            subresource: subresource ?? "", namespace: scope ?? (type == Namespace.type.gvr ? name : ""), name: name)
        guard authorizer.allows(request, for: identity) else {
            throw Status.forbidden(type, name: name, request.denial(for: identity))
        }
        guard let kind else { throw Status.noSuchResource }
        if let subresource {
            guard kind.has(subresource: subresource) else { throw Status.noSuchResource }
        } else if !kind.resource.verbs.contains(verb) {
            throw Status.methodNotAllowed("the server does not allow this method on the requested resource")
        }
        return Access(kind: kind, namespace: scope, identity: identity)
    }

    /// The access to the kind in whose form objects are stored, once the one asked for is allowed.
    func stored(_ access: Access) -> Access {
        guard access.kind.isEventForm, let kind = registry.kind(of: access.kind.collection) else { return access }
        return Access(kind: kind, namespace: access.namespace, identity: access.identity)
    }

    /// - Throws: `Status` 400 when an object of a namespace is asked for without one.
    func requireNamespace(_ access: Access) throws {
        guard access.kind.type.isNamespaced, access.namespace == nil else { return }
        throw Status.badRequest("an empty namespace may not be set when a resource name is provided")
    }

    func entry(_ access: Access, _ name: String) throws -> StoredEntry {
        try requireNamespace(access)
        guard !name.isEmpty else { throw Status.emptyName() }
        guard let entry = store.entry(access.kind.collection, access.key(name)) else {
            throw Status.notFound(access.kind.gvr, name: name)
        }
        return entry
    }
}
