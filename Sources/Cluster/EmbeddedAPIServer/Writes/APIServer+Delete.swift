import KubernetesAPI
import ResourceSchema

extension APIServer {
    func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions, as identity: Identity
    ) async throws -> JSON {
        let access = try access("delete", type, namespace: namespace, name: name, as: identity)
        try requireNamespace(access)
        return try await deleteObject(access, name, options)
    }

    func deleteObject(_ access: Access, _ name: String, _ options: DeleteOptions) async throws -> JSON {
        let kind = access.kind
        while true {
            let entry = try entry(access, name)
            let rules = DeletionRules(kind: kind, now: configuration.now())
            do {
                switch try rules.delete(entry.json, options: options) {
                case .unchanged: return kind.present(entry).json
                case .wait(let object):
                    guard !options.dryRun else { return kind.present(object) }
                    let change = try await store.write(
                        Mutation(kind.collection, entry.key, .replace(object, expecting: entry.revision)))
                    if kind.collection == .definitions { try await deleteInstances(of: change.after.json) }
                    return kind.present(change.after.json)
                case .remove(let object):
                    guard !options.dryRun else { return removed(object, kind) }
                    let change = try await store.write(
                        Mutation(kind.collection, entry.key, .remove(object, expecting: entry.revision)))
                    try await settle(change, kind)
                    return removed(change.after.json, kind)
                }
            } catch is StoreConflict { continue }
        }
    }

    /// The answer to a delete after which nothing is left.
    private func removed(_ object: JSON, _ kind: ServedKind) -> JSON {
        guard kind.collection != .pods else { return kind.present(object) }
        var details: JSON = [
            "name": object["metadata", "name"], "kind": .string(kind.type.plural), "uid": object["metadata", "uid"],
        ]
        if !kind.type.group.isEmpty { details["group"] = .string(kind.type.group) }
        return [
            "kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success", "details": details,
        ]
    }

    func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions,
        as identity: Identity
    ) async throws {
        let filter = WatchFilter(namespace: nil, labels: list.labelSelector, fields: list.fieldSelector)
        let access = try access("deletecollection", type, namespace: namespace, name: filter.name ?? "", as: identity)
        try checkFields(list.fieldSelector, access.kind)
        for entry in try select(access, list).entries {
            let single = Access(kind: access.kind, namespace: entry.key.namespace, identity: identity)
            do {
                _ = try await deleteObject(single, entry.key.name, options)
            } catch let status as Status where status.isNotFound { continue }
        }
    }
}
