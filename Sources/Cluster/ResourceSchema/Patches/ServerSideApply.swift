import KubernetesAPI

/// Server-side apply: a manager says which fields it wants, and owns them from then on.
///
/// Specification: Kubernetes "Server-Side Apply". Pure; storing the result, defaults and validation are the caller's.
public enum ServerSideApply {
    /// Applies `config` to the present object.
    ///
    /// Fields that `manager` applied before, does not apply now, and that nobody else owns, are removed. A result equal
    /// to `live` means that there is nothing to store.
    /// - Parameters:
    ///   - live: the stored object; nil creates one from `config`.
    ///   - config: what the manager wants. The caller drops what the (sub)resource may not set, such as `status`.
    ///   - force: takes fields over that other managers own with another value.
    ///   - subresource: empty for the object itself.
    /// - Throws: `Status`: 409 with a `FieldManagerConflict` cause for each field that another manager owns, 422
    ///   without a manager or where list elements cannot be told apart, 400 when `config` has `managedFields`.
    public static func apply(
        live: JSON?, config: JSON, manager: String, force: Bool, schema: Schema, subresource: String = "",
        now: Timestamp
    ) throws -> JSON {
        try check(config, manager: manager)
        let present = live ?? .null
        var managed = ManagedFields(of: present)
        let before = managed
        if live != nil, managed.entries.isEmpty { managed = firstApply(to: present, schema: schema) }

        var entry = ManagedFields.Entry(
            manager: manager, operation: "Apply", apiVersion: config["apiVersion"].string ?? "",
            subresource: subresource, time: now.description,
            fields: FieldSet.fields(of: config, schema: schema))
        let last = managed.fields(of: entry)
        var merged = try AppliedMerge.merge(present, config, schema: schema)
        managed.set(entry)
        let dropped = last.subtracting(managed.union.includingNamedParents(schema: schema))
        merged = FieldRemoval.remove(dropped, from: merged, schema: schema)

        let difference = FieldComparison(from: present, to: merged, schema: schema)
        let changed = difference.added.union(difference.modified)
        let conflicts = FieldConflict.all(of: changed, in: managed, exceptFor: entry)
        if !force, !conflicts.isEmpty { throw FieldConflict.status(conflicts) }
        managed.take(changed, fromAllBut: entry)
        managed.take(difference.removed, fromAllBut: entry)

        if difference.isEmpty, entry.fields == last,
            let old = before.entries.first(where: { $0.isSameManager(as: entry) }),
            old.apiVersion == entry.apiVersion
        {
            entry.time = old.time
        }
        managed.set(entry)
        merged["metadata", "managedFields"] = managed.entries.isEmpty ? .null : managed.json
        return merged
    }

    private static func check(_ config: JSON, manager: String) throws {
        guard case .object = config else {
            throw Status.badRequest("an apply patch must be an object, not \(config.typeName)")
        }
        guard !manager.isEmpty else {
            throw Status.invalid(
                kind: "PatchOptions", group: "meta.k8s.io", name: "",
                [.required("fieldManager", "is required for apply patch")])
        }
        guard config["metadata", "managedFields"].array?.isEmpty ?? true else {
            throw Status.badRequest("metadata.managedFields must be nil")
        }
    }

    /// Whoever wrote the object while nobody kept account owns what is there.
    private static func firstApply(to live: JSON, schema: Schema) -> ManagedFields {
        ManagedFields([
            .init(
                manager: "before-first-apply", operation: "Update", apiVersion: live["apiVersion"].string ?? "",
                subresource: "", time: "", fields: FieldSet.fields(of: live, schema: schema))
        ])
    }
}
