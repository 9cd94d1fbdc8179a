import KubernetesAPI
import ResourceSchema

/// What the server makes of an object that replaces another: which fields a request may change, and what follows from
/// the change. Pure.
struct UpdateRules {
    let kind: ServedKind
    /// nil for the object itself.
    let subresource: String?

    /// - Throws: `Status` 409 when the new object was made from another version, 400 or 422 when it contradicts the
    ///   request.
    func check(_ new: JSON, old: JSON, name: String, requiresVersion: Bool) throws {
        let before = ObjectMeta(json: old["metadata"])
        let after = ObjectMeta(json: new["metadata"])
        if !after.name.isEmpty, after.name != name {
            throw Status.badRequest(
                "the name of the object (\(after.name)) does not match the name on the URL (\(name))")
        }
        if kind.type.isNamespaced, !after.namespace.isEmpty, after.namespace != before.namespace {
            throw Status.badRequest(
                "the namespace of the object (\(after.namespace)) does not match the namespace on the request "
                    + "(\(before.namespace))")
        }
        if after.resourceVersion.isEmpty, requiresVersion, kind.resource.isCustom {
            throw Status.invalid(
                kind: kind.type.kind, group: kind.type.group, name: name,
                [.invalid("metadata.resourceVersion", 0, "must be specified for an update")])
        }
        if !after.resourceVersion.isEmpty, after.resourceVersion != before.resourceVersion {
            throw Status.conflict(kind.gvr, name: name)
        }
        if !after.uid.isEmpty, after.uid != before.uid {
            throw Status.conflict(
                kind.gvr, name: name,
                "Precondition failed: UID in precondition: \(after.uid), UID in object meta: \(before.uid)")
        }
    }

    /// The object to store: of `new` what the request may change, of `old` the rest.
    func merge(_ new: JSON, into old: JSON) throws -> JSON {
        var result: JSON
        switch subresource {
        case "status":
            result = old
            result["status"] = new["status"]
            result["metadata", "managedFields"] = new["metadata", "managedFields"]
        case "finalize":
            result = old
            result["spec", "finalizers"] = new["spec", "finalizers"]
        default:
            result = new
            if kind.hasStatus { result["status"] = old["status"] }
            result["metadata"] = try metadata(new["metadata"], old: old["metadata"])
        }
        result["apiVersion"] = .string(kind.storageAPIVersion)
        result["metadata", "generation"] = generation(result, old: old)
        return result
    }

    /// Fields that belong to the server stay as they were.
    private func metadata(_ new: JSON, old: JSON) throws -> JSON {
        var result = new
        let serverFields = [
            "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
            "generation", "generateName", "resourceVersion", "selfLink",
        ]
        for field in serverFields { result[field] = old[field] }
        guard !old["deletionTimestamp"].isNull else { return result }
        let added = result["finalizers"].strings.filter { !old["finalizers"].strings.contains($0) }
        guard added.isEmpty else {
            let list = added.map { "\"\($0)\"" }.joined(separator: ", ")
            throw Status.invalid(
                kind: kind.type.kind, group: kind.type.group, name: old["name"].string ?? "",
                [
                    FieldError(
                        reason: "FieldValueForbidden", field: "metadata.finalizers",
                        detail: "Forbidden: no new finalizers can be added if the object is being deleted, found new "
                            + "finalizers []string{\(list)}")
                ])
        }
        return result
    }

    private func generation(_ new: JSON, old: JSON) -> JSON {
        let present = old["metadata", "generation"]
        guard kind.countsGenerations, subresource != "status" else { return present }
        func desired(_ object: JSON) -> JSON {
            var object = object
            object["metadata"] = .null
            if kind.hasStatus { object["status"] = .null }
            return object
        }
        return desired(new) == desired(old) ? present : .int(Int64((present.int ?? 0) + 1))
    }
}
