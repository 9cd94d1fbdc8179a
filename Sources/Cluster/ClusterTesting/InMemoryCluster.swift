import KubernetesAPI
import Synchronization

/// A Kubernetes API in memory for tests of controllers: versions and conflicts, selectors, watches with resume and 410,
/// status subresources, finalizers, graceful deletion of pods, bindings, generated names.
///
/// Not here: validation, defaults, authorization, server-side apply, strategic merging of lists (a strategic merge patch
/// is applied as a merge patch), scale, periodic bookmarks, chunks of one state. Namespaces need not exist. For the rest
/// `ClientConformanceTests` holds it to what a real cluster does. Nothing happens by itself: no controller runs, and pods
/// stay pending until a `FakeNode` or the test changes them.
public final class InMemoryCluster: APIClient {
    /// A call, as hooks and the log see it.
    public struct Request: Sendable, Hashable {
        /// `get list watch create update patch delete deletecollection`
        public var verb: String
        public var resource: String
        public var subresource: String?
        public var namespace: String?
        public var name: String?

        public var isWrite: Bool { !["get", "list", "watch"].contains(verb) }
    }

    struct Watcher: Sendable {
        var type: GroupVersionResource
        var namespace: String?
        var options: ListOptions
        var continuation: AsyncThrowingStream<WatchEvent, any Error>.Continuation
    }

    struct Shared: Sendable {
        var store = InMemoryStore()
        var watchers: [Int: Watcher] = [:]
        var observers: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastID = 0
        var requests: [Request] = []
        var hook: (@Sendable (Request) throws -> Void)?
    }

    let shared: Mutex<Shared>
    /// Held while watchers and observers are told, in the order of the changes. Telling takes a lock of the reader's task,
    /// and a reader that is cancelled holds that lock when it asks for `shared`: so `shared` is not held then.
    private let delivery = Mutex(())
    private let now: @Sendable () -> Timestamp

    public init(
        types: [ResourceType] = InMemoryCluster.builtinTypes, now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        var shared = Shared()
        for type in types { shared.store.types[type.gvr] = type }
        self.shared = Mutex(shared)
        self.now = now
    }

    // MARK: For tests

    /// Called before each request; what it throws is the answer.
    public func onRequest(_ hook: (@Sendable (Request) throws -> Void)?) {
        shared.withLock { $0.hook = hook }
    }

    /// Every request so far.
    public var requests: [Request] { shared.withLock { $0.requests } }

    /// Serves another type, as a new CustomResourceDefinition makes it.
    public func register(_ type: ResourceType) { shared.withLock { $0.store.types[type.gvr] = type } }

    /// Forgets the history of changes: watches that resume from before are answered 410.
    public func compact() { shared.withLock { $0.store.compact() } }

    /// Ends all open watches, with an error where one is given.
    public func closeWatches(throwing error: (any Error)? = nil) {
        let watchers = shared.withLock { shared in
            defer { shared.watchers = [:] }
            return shared.watchers.values
        }
        for watcher in watchers { watcher.continuation.finish(throwing: error) }
    }

    public var openWatches: Int { shared.withLock { $0.watchers.count } }

    /// A signal after each change, and one at once.
    public func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let id = shared.withLock { shared in
            shared.lastID += 1
            shared.observers[shared.lastID] = continuation
            return shared.lastID
        }
        continuation.onTermination = { [weak self] _ in
            self?.shared.withLock { _ = $0.observers.removeValue(forKey: id) }
        }
        return stream
    }

    // MARK: APIClient

    public func get(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?
    ) async throws -> JSON {
        try enter("get", type, namespace, name, subresource)
        guard [nil, "status"].contains(subresource) else { throw Status.noSuchResource }
        return try shared.withLock { try $0.store.get(type, ObjectKey(namespace: namespace ?? "", name: name)) }
    }

    public func list(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> ObjectList {
        try enter("list", type, namespace)
        return try shared.withLock { try $0.store.list(type, namespace: namespace, options: options) }
    }

    public func create(
        _ type: GroupVersionResource, namespace: String?, name: String?, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try enter("create", type, namespace, name ?? object["metadata", "name"].string, subresource)
        return try write(isDryRun: options.dryRun) { store in
            switch (type.resource, subresource) {
            case (_, nil): return try store.create(type, namespace: namespace, object, now: now())
            case ("pods", "binding"):
                return try store.bind(ObjectKey(namespace: namespace ?? "", name: name ?? ""), object, now: now())
            case ("pods", "eviction"):
                return try store.delete(
                    type, ObjectKey(namespace: namespace ?? "", name: name ?? ""), options: DeleteOptions(), now: now())
            default: throw Status.methodNotAllowed("\(type.resource)/\(subresource ?? "") cannot be created here")
            }
        }
    }

    public func update(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, object: JSON,
        options: WriteOptions
    ) async throws -> JSON {
        try enter("update", type, namespace, name, subresource)
        return try write(isDryRun: options.dryRun) {
            try $0.update(type, ObjectKey(namespace: namespace ?? "", name: name), subresource: subresource, object)
        }
    }

    public func patch(
        _ type: GroupVersionResource, namespace: String?, name: String, subresource: String?, patch: Patch,
        options: WriteOptions
    ) async throws -> JSON {
        try enter("patch", type, namespace, name, subresource)
        return try write(isDryRun: options.dryRun) { store in
            let key = ObjectKey(namespace: namespace ?? "", name: name)
            let old = try store.get(type, key)
            let new =
                switch patch {
                case .json(let patch): try patch.applied(to: old)
                case .merge(let patch), .strategicMerge(let patch): old.merging(patch: patch)
                case .apply: throw Status.unsupportedMediaType("server-side apply is not part of the test cluster")
                }
            return try store.update(type, key, subresource: subresource, new)
        }
    }

    @discardableResult
    public func delete(
        _ type: GroupVersionResource, namespace: String?, name: String, options: DeleteOptions
    ) async throws -> JSON {
        try enter("delete", type, namespace, name)
        return try write(isDryRun: options.dryRun) {
            try $0.delete(type, ObjectKey(namespace: namespace ?? "", name: name), options: options, now: now())
        }
    }

    public func deleteCollection(
        _ type: GroupVersionResource, namespace: String?, list: ListOptions, options: DeleteOptions
    ) async throws {
        try enter("deletecollection", type, namespace)
        try write(isDryRun: options.dryRun) { store in
            for object in try store.list(type, namespace: namespace, options: list).items {
                _ = try store.delete(type, ObjectMeta(json: object["metadata"]).key, options: options, now: now())
            }
        }
    }

    public func podLog(
        namespace: String, name: String, options: LogOptions
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        throw Status.badRequest("the test cluster has no logs")
    }

    public func resourceTypes() async throws -> [ResourceType] {
        shared.withLock { shared in shared.store.types.values.sorted { $0.gvr.description < $1.gvr.description } }
    }

    private func enter(
        _ verb: String, _ type: GroupVersionResource, _ namespace: String?, _ name: String? = nil,
        _ subresource: String? = nil
    ) throws {
        try Task.checkCancellation()
        if let name, name.isEmpty, verb != "create" { throw Status.emptyName() }
        let request = Request(
            verb: verb, resource: type.resource, subresource: subresource, namespace: namespace, name: name)
        let hook = shared.withLock { shared in
            shared.requests.append(request)
            return shared.hook
        }
        try hook?(request)
    }

    /// Changes the store and tells the watchers, before anybody else's change; a dry run changes a copy.
    private func write<Value: Sendable>(
        isDryRun: Bool, _ body: (inout InMemoryStore) throws -> Value
    ) throws -> Value {
        guard !isDryRun else {
            var copy = shared.withLock { $0.store }
            return try body(&copy)
        }
        return try delivery.withLock { _ in
            let (result, changes, watchers, observers) = shared.withLock { shared in
                let before = shared.store.history.count
                let result = Result { try body(&shared.store) }
                return (
                    result, Array(shared.store.history[before...]), Array(shared.watchers.values),
                    Array(shared.observers.values)
                )
            }
            for change in changes {
                for watcher in watchers { watcher.deliver(change) }
            }
            if !changes.isEmpty {
                for observer in observers { observer.yield() }
            }
            return try result.get()
        }
    }

    public func watch(
        _ type: GroupVersionResource, namespace: String?, options: ListOptions
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        try enter("watch", type, namespace)
        let (stream, continuation) = AsyncThrowingStream<WatchEvent, any Error>.makeStream()
        let watcher = Watcher(type: type, namespace: namespace, options: options, continuation: continuation)
        let id = try shared.withLock { shared in
            _ = try shared.store.type(type)
            try watcher.begin(shared.store)
            shared.lastID += 1
            shared.watchers[shared.lastID] = watcher
            return shared.lastID
        }
        continuation.onTermination = { [weak self] _ in
            self?.shared.withLock { _ = $0.watchers.removeValue(forKey: id) }
        }
        return stream
    }
}

extension InMemoryCluster.Watcher {
    /// Delivers what happened since the version asked for, or what is there.
    func begin(_ store: InMemoryStore) throws {
        if ["", "0"].contains(options.resourceVersion) || options.sendInitialEvents {
            for object in try store.list(type, namespace: namespace, options: options).items {
                continuation.yield(.added(object))
            }
        } else {
            guard let version = Int(options.resourceVersion), version >= store.compacted else {
                throw Status.expired("too old resource version: \(options.resourceVersion) (\(store.version))")
            }
            for change in store.history where change.version > version { deliver(change) }
        }
        if options.sendInitialEvents {
            continuation.yield(
                .bookmark([
                    "apiVersion": .string(type.apiVersion), "kind": .string(try store.type(type).kind),
                    "metadata": [
                        "resourceVersion": .string(String(store.version)),
                        "annotations": ["k8s.io/initial-events-end": "true"],
                    ],
                ]))
        }
    }

    /// An object that begins or ceases to match is added or deleted, as far as this watch is concerned.
    func deliver(_ change: InMemoryStore.Change) {
        guard change.type == type else { return }
        let matches = { InMemoryStore.matches($0, namespace: namespace, options: options) }
        switch (change.old.map(matches) ?? false, change.new.map(matches) ?? false) {
        case (_, true):
            guard let new = change.new else { return }
            let wasKnown = change.old.map(matches) ?? false
            continuation.yield(wasKnown ? .modified(new) : .added(new))
        case (true, false):
            guard var last = change.old else { return }
            last["metadata", "resourceVersion"] = .string(String(change.version))
            continuation.yield(.deleted(last))
        case (false, false): break
        }
    }
}
