extension APIClient {
    public func get<R: Resource>(_: R.Type, namespace: String? = nil, name: String) async throws -> R {
        R(json: try await get(R.type.gvr, namespace: namespace, name: name, subresource: nil))
    }

    /// The object, or nil when there is none.
    public func find<R: Resource>(_: R.Type, namespace: String? = nil, name: String) async throws -> R? {
        do {
            return try await get(R.self, namespace: namespace, name: name)
        } catch let status as Status where status.isNotFound {
            return nil
        }
    }

    /// All matching objects, fetched in chunks of 500; once more from the start when the server forgot between two chunks
    /// what it was listing. `forEach` does not keep them all in memory.
    public func list<R: Resource>(
        _: R.Type, namespace: String? = nil, labels: LabelSelector = .everything, fields: FieldSelector = .everything
    ) async throws -> [R] {
        var options = ListOptions(labelSelector: labels, fieldSelector: fields, limit: 500)
        var objects: [R] = []
        while true {
            let chunk: ObjectList
            do {
                chunk = try await list(R.type.gvr, namespace: namespace, options: options)
            } catch let status as Status where status.isExpired && options.continueToken != nil {
                objects = []
                options.continueToken = nil
                continue
            }
            objects += chunk.items.map(R.init(json:))
            guard let token = chunk.continueToken, !token.isEmpty else { return objects }
            options.continueToken = token
        }
    }

    public func create<R: Resource>(_ object: R, options: WriteOptions = WriteOptions()) async throws -> R {
        R(
            json: try await create(
                R.type.gvr, namespace: object.namespaceOrNil, name: nil, subresource: nil, object: object.json,
                options: options))
    }

    public func update<R: Resource>(
        _ object: R, subresource: String? = nil, options: WriteOptions = WriteOptions()
    ) async throws -> R {
        R(
            json: try await update(
                R.type.gvr, namespace: object.namespaceOrNil, name: object.name, subresource: subresource,
                object: object.json, options: options))
    }

    public func patch<R: Resource>(
        _: R.Type, namespace: String? = nil, name: String, subresource: String? = nil, _ patch: Patch,
        options: WriteOptions = WriteOptions()
    ) async throws -> R {
        R(
            json: try await self.patch(
                R.type.gvr, namespace: namespace, name: name, subresource: subresource, patch: patch,
                options: options))
    }

    /// Deletes the object; one that is already gone is no error.
    public func delete<R: Resource>(
        _: R.Type, namespace: String? = nil, name: String, options: DeleteOptions = DeleteOptions()
    ) async throws {
        do {
            _ = try await delete(R.type.gvr, namespace: namespace, name: name, options: options)
        } catch let status as Status where status.isNotFound {}
    }

    /// Reads, changes and writes the object, again after each conflict, until it was written unchanged by others.
    /// `change` returns false to leave it as it is.
    @discardableResult
    public func modify<R: Resource>(
        _: R.Type, namespace: String? = nil, name: String, subresource: String? = nil,
        _ change: (inout R) throws -> Bool
    ) async throws -> R {
        while true {
            var object = try await get(R.self, namespace: namespace, name: name)
            let before = object
            guard try change(&object), object != before else { return object }
            do {
                return try await update(object, subresource: subresource)
            } catch let status as Status where status.isConflict {
                try Task.checkCancellation()
            }
        }
    }
}

extension Resource {
    var namespaceOrNil: String? { namespace.isEmpty ? nil : namespace }
}
