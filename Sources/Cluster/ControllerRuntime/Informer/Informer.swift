import KubernetesAPI
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps the objects of one type, as far as they match a namespace and selectors, in memory: lists them once and follows
/// their changes with a watch that resumes where it ended.
///
/// Share one among all that read the same objects (`ControllerManager.informer`). Reads never wait and see the writes
/// made through the informer (`create`, `update`, `patch`, `delete`) at once. Where watching is forbidden, it lists again
/// and again, with growing pauses as long as nothing changes.
public final class Informer<Object: JSONView>: ServiceLifecycle.Service {
    public let type: ResourceType
    /// nil: all namespaces.
    public let namespace: String?
    let labels: LabelSelector
    let fields: FieldSelector
    public let client: any APIClient
    let time: TimeSource
    let logger: Logger
    private let shared = Mutex(Shared())

    private struct Shared {
        var cache = ObjectCache<Object>()
        var handlers: [Int: @Sendable (Change<Object>) -> Void] = [:]
        var streams: [AsyncStream<Change<Object>>.Continuation] = []
        var snapshots: [Int: AsyncStream<[Object]>.Continuation] = [:]
        var syncWaiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var lastID = 0

        mutating func nextID() -> Int {
            lastID += 1
            return lastID
        }
    }

    public init(
        type: ResourceType, of _: Object.Type = DynamicObject.self, client: any APIClient, namespace: String? = nil,
        labels: LabelSelector = .everything, fields: FieldSelector = .everything, time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.informer")
    ) {
        self.type = type
        self.client = client
        self.namespace = namespace
        self.labels = labels
        self.fields = fields
        self.time = time
        var logger = logger
        logger[metadataKey: "resource"] = "\(type.gvr)"
        self.logger = logger
    }

    // MARK: Reading

    public func get(_ key: ObjectKey) -> Object? { shared.withLock { $0.cache.get(key) } }

    /// All objects, in no order.
    public func list() -> [Object] { shared.withLock { Array($0.cache.objects.values) } }

    public func list(namespace: String) -> [Object] {
        list().filter { $0.objectMeta.namespace == namespace }
    }

    /// Objects for which an index's function named `value`.
    public func list(index: String, _ value: String) -> [Object] {
        shared.withLock { $0.cache.list(index: index, value: value) }
    }

    /// Adds an index by name, once: all users of an index name must mean the same function.
    public func addIndex(_ name: String, _ function: @escaping @Sendable (Object) -> [String]) {
        shared.withLock { $0.cache.addIndex(name, function) }
    }

    public var hasSynced: Bool { shared.withLock { $0.cache.isSynced } }

    /// The version up to which the cache has all changes; empty before the first list.
    public var resourceVersion: String { shared.withLock { $0.cache.version } }

    /// Waits until the first list has arrived.
    /// - Throws: `CancellationError`.
    public func waitForSync() async throws {
        let id = shared.withLock { $0.nextID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = shared.withLock { shared in
                    if shared.cache.isSynced { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    shared.syncWaiters[id] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            shared.withLock { $0.syncWaiters.removeValue(forKey: id) }?.resume(throwing: CancellationError())
        }
    }

    // MARK: Changes

    /// The changes from now on, in order, preceded by the present objects as `added`. The cache has each change already.
    public func events() -> AsyncStream<Change<Object>> {
        let (stream, continuation) = AsyncStream<Change<Object>>.makeStream()
        shared.withLock { shared in
            for object in shared.cache.objects.values { continuation.yield(.added(object)) }
            shared.streams.append(continuation)
        }
        return stream
    }

    /// All objects after each answer of the server from now on, the first list included: states that follow one another
    /// quickly are not left out, as they are for whoever looks at the cache. Ends with the reader's task.
    func snapshots() -> AsyncStream<[Object]> {
        let (stream, continuation) = AsyncStream<[Object]>.makeStream()
        shared.withLock { $0.snapshots[$0.nextID()] = continuation }
        return stream
    }

    private func tellSnapshots() {
        let (readers, objects) = shared.withLock { shared in
            (shared.snapshots, shared.snapshots.isEmpty ? [] : Array(shared.cache.objects.values))
        }
        for (id, reader) in readers {
            guard case .terminated = reader.yield(objects) else { continue }
            shared.withLock { $0.snapshots[id] = nil }
        }
    }

    /// Calls `handler` for each change, and at once for each present object. It must return quickly and may be called
    /// from several tasks, so two changes of one object may come in any order: look at the cache for the truth.
    /// - Returns: what `removeHandler` takes.
    @discardableResult
    public func addHandler(_ handler: @escaping @Sendable (Change<Object>) -> Void) -> Int {
        let (id, present) = shared.withLock { shared in
            let id = shared.nextID()
            shared.handlers[id] = handler
            return (id, Array(shared.cache.objects.values))
        }
        for object in present { handler(.added(object)) }
        return id
    }

    public func removeHandler(_ id: Int) { shared.withLock { _ = $0.handlers.removeValue(forKey: id) } }

    // MARK: Own writes

    /// Takes over an object as a write of this process returned it.
    public func record(written json: JSON) {
        let object = Object(json: json)
        let meta = object.objectMeta
        let matches =
            (namespace == nil || namespace == meta.namespace) && labels.matches(meta.labels) && fields.matches(json)
        change { $0.record(written: object, matches: matches) }
    }

    /// Takes over that the object of this UID is gone, because this process deleted it.
    public func record(deletedUID uid: String, key: ObjectKey) {
        change { $0.record(deletedUID: uid, key: key) }
    }

    // MARK: Following the server

    func replace(with items: [JSON], version: String) -> Bool {
        let changed = change { $0.replace(with: items.map(Object.init(json:)), version: version) }
        let waiters = shared.withLock { shared in
            defer { shared.syncWaiters = [:] }
            return shared.syncWaiters.values
        }
        for waiter in waiters { waiter.resume() }
        tellSnapshots()
        return changed
    }

    func apply(_ event: WatchEvent) {
        change { $0.apply(event) }
        tellSnapshots()
    }

    /// - Returns: whether anything changed.
    @discardableResult
    private func change(_ body: (inout ObjectCache<Object>) -> [Change<Object>]) -> Bool {
        let (changes, handlers) = shared.withLock { shared in
            let changes = body(&shared.cache)
            // Those whose reader has gone are dropped here and not when it goes: a stream tells of its end while its
            // reader's task is locked, and `yield` locks that task while this holds the cache.
            shared.streams = shared.streams.filter { stream in
                changes.allSatisfy { if case .terminated = stream.yield($0) { false } else { true } }
            }
            return (changes, changes.isEmpty ? [] : Array(shared.handlers.values))
        }
        for change in changes {
            for handler in handlers { handler(change) }
        }
        return !changes.isEmpty
    }

    /// Lists and watches until the task is cancelled or the group shuts down gracefully.
    public func run() async {
        await cancelWhenGracefulShutdown { await self.follow() }
        let streams = shared.withLock { shared in
            defer { shared.streams = [] }
            return shared.streams
        }
        for stream in streams { stream.finish() }
    }
}

extension Informer where Object: Resource {
    public convenience init(
        _ type: Object.Type = Object.self, client: any APIClient, namespace: String? = nil,
        labels: LabelSelector = .everything, fields: FieldSelector = .everything, time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.informer")
    ) {
        self.init(
            type: Object.type, of: Object.self, client: client, namespace: namespace, labels: labels, fields: fields,
            time: time, logger: logger)
    }
}
