import KubernetesAPI

extension APIClient {
    /// Follows one object until `decide` gives a value for its state; nil is passed while there is no such object.
    ///
    /// Works across closed watches and expired versions; ends with the task's cancellation.
    func follow<R: Resource, Value: Sendable>(
        _: R.Type, _ key: ObjectKey, until decide: @Sendable (R?) async throws -> Value?
    ) async throws -> Value {
        let namespace = key.namespace.isEmpty ? nil : key.namespace
        while true {
            try Task.checkCancellation()
            var options = ListOptions(fieldSelector: FieldSelector(name: key.name), allowWatchBookmarks: true)
            let list = try await list(R.type.gvr, namespace: namespace, options: options)
            if let value = try await decide(list.items.first.map(R.init(json:))) { return value }
            options.resourceVersion = list.resourceVersion
            do {
                for try await event in try await watch(R.type.gvr, namespace: namespace, options: options) {
                    let object: R?
                    switch event {
                    case .added(let json), .modified(let json): object = R(json: json)
                    case .deleted: object = nil
                    case .bookmark: continue
                    }
                    if let value = try await decide(object) { return value }
                }
            } catch let status as Status where status.isExpired {}
        }
    }
}
