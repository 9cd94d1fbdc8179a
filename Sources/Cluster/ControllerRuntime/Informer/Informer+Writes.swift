import KubernetesAPI

// Writes through the informer: the server first, then the cache, so that the next read sees them.

extension Informer where Object: Resource {
    public func create(_ object: Object) async throws -> Object {
        let created = try await client.create(object)
        record(written: created.json)
        return created
    }

    public func update(_ object: Object, subresource: String? = nil) async throws -> Object {
        let updated = try await client.update(object, subresource: subresource)
        record(written: updated.json)
        return updated
    }

    public func patch(_ key: ObjectKey, subresource: String? = nil, _ patch: Patch) async throws -> Object {
        let patched = try await client.patch(
            Object.self, namespace: key.namespace.isEmpty ? nil : key.namespace, name: key.name,
            subresource: subresource, patch)
        record(written: patched.json)
        return patched
    }

    /// Deletes the object, if it is still the same one; one that is already gone is no error.
    public func delete(_ object: Object, propagation: DeleteOptions.PropagationPolicy? = nil) async throws {
        let key = object.key
        do {
            let answer = try await client.delete(
                type.gvr, namespace: key.namespace.isEmpty ? nil : key.namespace, name: key.name,
                options: DeleteOptions(propagationPolicy: propagation, uid: object.uid))
            let meta = Object(json: answer).metadata
            guard meta.uid == object.uid else { return }
            if meta.isBeingDeleted {
                record(written: answer)
            } else {
                record(deletedUID: meta.uid, key: key)
            }
        } catch let status as Status where status.isNotFound {
            return
        }
    }

    /// Changes the object as `client.modify` does, beginning with the cached state.
    @discardableResult
    public func modify(
        _ key: ObjectKey, subresource: String? = nil, _ change: (inout Object) throws -> Bool
    ) async throws -> Object? {
        if var object = get(key) {
            let before = object
            guard try change(&object), object != before else { return object }
            do {
                return try await update(object, subresource: subresource)
            } catch let status as Status where status.isConflict {
                try Task.checkCancellation()
            } catch let status as Status where status.isNotFound {
                return nil
            }
        }
        do {
            let object = try await client.modify(
                Object.self, namespace: key.namespace.isEmpty ? nil : key.namespace, name: key.name,
                subresource: subresource, change)
            record(written: object.json)
            return object
        } catch let status as Status where status.isNotFound {
            return nil
        }
    }
}
