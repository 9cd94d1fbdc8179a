extension APIClient {
    /// Asks the server to delete a pod as far as disruption budgets allow (`pods/eviction`).
    ///
    /// Sent as `policy/v1`, and as `policy/v1beta1` to servers before 1.22, which know no other.
    /// - Throws: `Status`: 429 (`isTooManyRequests`) when a budget forbids it now, 404 when there is no such pod, 409 when
    ///   it is another one than `options.uid` says.
    public func evict(namespace: String, name: String, options: DeleteOptions = DeleteOptions()) async throws {
        do {
            try await evict(namespace, name, options, version: "policy/v1")
        } catch let status as Status where status.code == 400 {
            do {
                try await evict(namespace, name, options, version: "policy/v1beta1")
            } catch let second as Status where second.code == 400 {
                // The version was not what was wrong.
                throw status
            }
        }
    }

    private func evict(_ namespace: String, _ name: String, _ options: DeleteOptions, version: String) async throws {
        var eviction: JSON = [
            "apiVersion": .string(version), "kind": "Eviction",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
        ]
        if options != DeleteOptions() { eviction["deleteOptions"] = options.json }
        _ = try await create(
            Pod.type.gvr, namespace: namespace, name: name, subresource: "eviction", object: eviction,
            options: WriteOptions(dryRun: options.dryRun, fieldManager: ""))
    }
}

extension DeleteOptions {
    /// The meta/v1 object.
    public var json: JSON {
        var json: JSON = ["kind": "DeleteOptions", "apiVersion": "v1"]
        if let seconds = gracePeriodSeconds { json["gracePeriodSeconds"] = .int(Int64(seconds)) }
        if let policy = propagationPolicy { json["propagationPolicy"] = .string(policy.rawValue) }
        if let uid { json["preconditions", "uid"] = .string(uid) }
        if let version = resourceVersion { json["preconditions", "resourceVersion"] = .string(version) }
        if dryRun { json["dryRun"] = ["All"] }
        return json
    }
}
