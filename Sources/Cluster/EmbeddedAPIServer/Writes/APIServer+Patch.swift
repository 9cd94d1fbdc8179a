import KubernetesAPI
import ResourceSchema

extension APIServer {
    func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions, as identity: Identity
    ) async throws -> JSON {
        let access = try access(
            "patch", type, namespace: namespace, name: name, subresource: subresource, as: identity)
        try requireNamespace(access)
        if case .strategicMerge = patch, access.kind.resource.isCustom {
            throw Status.unsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: "
                    + "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml")
        }
        guard subresource != "scale" else { return try await patchScale(access, name, patch, options) }
        try checkUpdatable(subresource)
        if case .apply(let config) = patch {
            let applied = try await apply(access.kind.storable(config), stored(access), name, subresource, options)
            return access.kind.present(applied)
        }
        let target = stored(access)
        let intake = ObjectIntake(kind: target.kind, fieldValidation: options.fieldValidation)
        let result = try await change(target, name, options) { entry in
            let present = access.kind.present(entry).json
            let patched = try Self.patched(present, patch, schema: access.kind.resource.schema)
            let taken = try intake.take(access.kind.storable(patched))
            return try self.propose(taken, replacing: entry, target, subresource, options)
        }
        return access.kind.present(result)
    }

    static func patched(_ object: JSON, _ patch: Patch, schema: Schema) throws -> JSON {
        switch patch {
        case .json(let patch): return try patch.applied(to: object)
        case .merge(let patch): return object.merging(patch: patch)
        case .strategicMerge(let patch):
            return try StrategicMergePatch.apply(patch: patch, to: object, schema: schema)
        case .apply: throw Status.badRequest("an apply patch is not a change of the present object")
        }
    }

    /// Server-side apply: creates the object where there is none.
    private func apply(
        _ config: JSON, _ access: Access, _ name: String, _ subresource: String?, _ options: WriteOptions
    ) async throws -> JSON {
        var config = config
        try Self.checkApplied(config, access, name)
        if config["metadata", "name"].isNull { config["metadata", "name"] = .string(name) }
        // What the endpoint cannot set is not owned either.
        if subresource == nil, access.kind.hasStatus { config["status"] = .null }
        if subresource == "status" {
            config = [
                "apiVersion": config["apiVersion"], "kind": config["kind"], "metadata": ["name": .string(name)],
                "status": config["status"],
            ]
        }
        while true {
            do {
                return access.kind.present(try await applyToPresent(config, access, name, subresource, options))
            } catch let status as Status where status.isNotFound && subresource == nil {
                guard store.entry(access.kind.collection, access.key(name)) == nil else { continue }
            }
            do {
                return access.kind.present(try await createApplied(config, access, options))
            } catch let status as Status where status.isAlreadyExists { continue }
        }
    }

    private func applyToPresent(
        _ config: JSON, _ access: Access, _ name: String, _ subresource: String?, _ options: WriteOptions
    ) async throws -> JSON {
        let intake = ObjectIntake(kind: access.kind, fieldValidation: options.fieldValidation)
        try checkUnknownFields(config, access.kind, options)
        return try await change(access, name, options) { entry in
            let merged = try ServerSideApply.apply(
                live: access.kind.present(entry).json, config: config, manager: options.fieldManager,
                force: options.force, schema: access.kind.resource.schema, subresource: subresource ?? "",
                now: self.configuration.now())
            return try self.propose(
                try intake.take(merged), replacing: entry, access, subresource, options, isApplied: true)
        }
    }

    private func createApplied(_ config: JSON, _ access: Access, _ options: WriteOptions) async throws -> JSON {
        // An apply that creates needs the permission to create.
        _ = try self.access("create", access.kind.gvr, namespace: access.namespace, as: access.identity)
        let merged = try ServerSideApply.apply(
            live: nil, config: config, manager: options.fieldManager, force: options.force,
            schema: access.kind.resource.schema, now: configuration.now())
        return try await createObject(access, merged, options, isApplied: true)
    }

    private func checkUnknownFields(_ config: JSON, _ kind: ServedKind, _ options: WriteOptions) throws {
        guard options.fieldValidation == "Strict" else { return }
        let unknown = kind.resource.schema.unknownFields(in: config)
        guard unknown.isEmpty else {
            throw Status.badRequest("strict decoding error: \(unknown.joined(separator: ", "))")
        }
    }

    private static func checkApplied(_ config: JSON, _ access: Access, _ name: String) throws {
        let type = access.kind.type
        guard config["apiVersion"].string == type.apiVersion, config["kind"].string == type.kind else {
            throw Status.badRequest(
                "an apply patch must name apiVersion \(type.apiVersion) and kind \(type.kind)")
        }
        if let given = config["metadata", "name"].string, given != name {
            throw Status.badRequest("the name of the object (\(given)) does not match the name on the URL (\(name))")
        }
    }
}
