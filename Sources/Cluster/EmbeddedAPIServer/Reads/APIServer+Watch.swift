import KubernetesAPI
import ResourceSchema

extension APIServer {
    public func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions, as identity: Identity
    ) async throws -> AsyncThrowingStream<StoredEvent, any Error> {
        let watcher = try openWatch(type, namespace: namespace, options: options, as: identity)
        return AsyncThrowingStream { try await watcher.next() }
    }

    func openWatch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions, as identity: Identity
    ) throws -> Watcher {
        var filter = WatchFilter(namespace: nil, labels: options.labelSelector, fields: options.fieldSelector)
        let access = try access("watch", type, namespace: namespace, name: filter.name ?? "", as: identity)
        try checkFields(options.fieldSelector, access.kind)
        filter.namespace = access.namespace
        filter.fields = access.kind.storable(options.fieldSelector)
        let revision = try ResourceVersion.parse(options.resourceVersion)
        var watch = Watcher.Options(filter: filter)
        watch.sendsInitialState = options.sendInitialEvents || (revision ?? 0) == 0
        watch.marksInitialState = options.sendInitialEvents
        watch.bookmarkInterval = options.allowWatchBookmarks ? configuration.bookmarkInterval : nil
        watch.timeout = options.timeoutSeconds.flatMap { $0 > 0 ? .seconds($0) : nil }
        let present = store.revision
        if let revision, revision > present {
            // A version of another life of this cluster: only a new list helps.
            throw Status.expired("too large resource version: \(revision) (\(present))")
        }
        let kind = access.kind
        return try Watcher(
            store, kind.collection, kind: kind.type, after: watch.sendsInitialState ? nil : revision, options: watch,
            present: { kind.present($0) })
    }
}
