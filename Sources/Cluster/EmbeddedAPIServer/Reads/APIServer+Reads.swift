import KubernetesAPI
import ResourceSchema

extension APIServer {
    public func get(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, as identity: Identity
    ) async throws -> StoredObject {
        let access = try access("get", type, namespace: namespace, name: name, subresource: subresource, as: identity)
        let entry = try entry(access, name)
        switch subresource {
        case nil, "status": return access.kind.present(entry)
        case "scale": return StoredObject(json: try ScaleView(access.kind).scale(of: entry.json))
        default: throw Status.methodNotAllowed("the server does not allow this method on the requested resource")
        }
    }

    public func list(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions, as identity: Identity
    ) async throws -> StoredList {
        let filter = WatchFilter(namespace: nil, labels: options.labelSelector, fields: options.fieldSelector)
        let access = try access("list", type, namespace: namespace, name: filter.name ?? "", as: identity)
        try checkFields(options.fieldSelector, access.kind)
        let list = try select(access, options)
        return StoredList(
            items: list.entries.map(access.kind.present), resourceVersion: String(list.revision),
            continueToken: list.token, remainingItemCount: list.remaining)
    }

    struct Selection {
        var entries: [StoredEntry] = []
        var revision: UInt64
        var token: String?
        var remaining: Int?
    }

    func select(_ access: Access, _ options: ListOptions) throws -> Selection {
        let (snapshot, after) = try snapshot(access.kind.collection, options)
        let filter = WatchFilter(
            namespace: access.namespace, labels: options.labelSelector,
            fields: access.kind.storable(options.fieldSelector))
        var result = Selection(revision: snapshot.revision)
        if let name = filter.name, let namespace = access.kind.type.isNamespaced ? access.namespace : "" {
            let entry = snapshot.entries[ObjectKey(namespace: namespace, name: name)]
            result.entries = entry.map { filter.matches($0) ? [$0] : [] } ?? []
            return result
        }
        let limit = options.limit.flatMap { $0 > 0 ? $0 : nil } ?? Int.max
        var last: ObjectKey?
        snapshot.entries.scan(namespace: access.namespace, after: after) { entry in
            guard filter.selectsAll || filter.matches(entry) else { return true }
            guard result.entries.count < limit else {
                last = result.entries.last?.key
                return false
            }
            result.entries.append(entry)
            return true
        }
        guard let last else { return result }
        store.keep(snapshot, of: access.kind.collection)
        result.token = ContinueToken(revision: snapshot.revision, last: last).text
        if filter.selectsAll {
            result.remaining = snapshot.entries.count(namespace: access.namespace, after: last)
        }
        return result
    }

    /// The state to read, and the key to go on after.
    private func snapshot(
        _ id: CollectionID, _ options: ListOptions
    ) throws -> (StoreMemory.Snapshot, after: ObjectKey?) {
        if let text = options.continueToken, !text.isEmpty {
            let token = try ContinueToken(parsing: text)
            guard let snapshot = store.snapshot(id, at: token.revision) else {
                throw Status.expired(
                    "The provided continue parameter is too old to display a consistent list result. You can start a "
                        + "new list without the continue parameter.")
            }
            return (snapshot, token.last)
        }
        let wanted = try ResourceVersion.parse(options.resourceVersion)
        guard let wanted, wanted > 0 else { return (store.snapshot(id), nil) }
        let present = store.revision
        guard wanted <= present else { throw ResourceVersion.tooLarge(wanted, present: present) }
        guard options.resourceVersionMatch == "Exact" else { return (store.snapshot(id), nil) }
        guard let snapshot = store.snapshot(id, at: wanted) else {
            throw Status.expired("The resourceVersion for the provided list is too old.")
        }
        return (snapshot, nil)
    }

    /// - Throws: `Status` 400 for a field that the resource does not offer.
    func checkFields(_ selector: FieldSelector, _ kind: ServedKind) throws {
        for requirement in selector.requirements {
            let field = requirement.field
            if field == "metadata.name" || (field == "metadata.namespace" && kind.type.isNamespaced) { continue }
            guard kind.resource.selectableFields.contains(field) else {
                throw Status.badRequest("field label not supported: \(field)")
            }
        }
    }
}
