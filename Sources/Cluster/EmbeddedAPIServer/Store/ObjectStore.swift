import Dispatch
import KubernetesAPI
import Synchronization

/// All objects of the cluster: in memory for reads, on disk before a write is acknowledged.
///
/// Writes that arrive while one is being synced share the next transaction. A write that the disk refuses changes
/// nothing: neither memory nor watches see it.
final class ObjectStore: Sendable {
    private struct Waiting {
        var mutation: Mutation
        var continuation: CheckedContinuation<Change, any Error>
    }

    private struct Inbox {
        var waiting: [Waiting] = []
        var isScheduled = false
        var isClosed = false
    }

    /// Objects larger than this are refused: kube-apiserver's limit of a request. Bytes.
    static let objectLimit = 3 << 20

    let database: StoreDatabase
    private let memory: Mutex<StoreMemory>
    private let inbox = Mutex(Inbox())
    /// The one thread that writes.
    private let writer = DispatchQueue(label: "store.writer", qos: .userInitiated)
    private let now: @Sendable () -> Timestamp
    private let observer: @Sendable (Change) -> Void

    /// - Parameters:
    ///   - path: the database file; nil for a store that lives in memory only.
    ///   - logLimit: changes kept per resource for watches that resume.
    ///   - observer: told of each change after it is visible and before it is acknowledged, in order.
    init(
        path: String?, logLimit: Int = 4096, now: @escaping @Sendable () -> Timestamp = { .now },
        observer: @escaping @Sendable (Change) -> Void = { _ in }
    ) throws {
        database = try StoreDatabase(path: path)
        memory = Mutex(StoreMemory(try database.load(), logLimit: logLimit))
        self.now = now
        self.observer = observer
    }

    // MARK: Reads

    func entry(_ id: CollectionID, _ key: ObjectKey) -> StoredEntry? {
        memory.withLock { $0.entry(id, key) }
    }

    func snapshot(_ id: CollectionID) -> StoreMemory.Snapshot { memory.withLock { $0.snapshot(id) } }

    func snapshot(_ id: CollectionID, at revision: UInt64) -> StoreMemory.Snapshot? {
        memory.withLock { $0.snapshot(id, at: revision) }
    }

    func keep(_ snapshot: StoreMemory.Snapshot, of id: CollectionID) {
        memory.withLock { $0.keep(snapshot, of: id) }
    }

    var revision: UInt64 { memory.withLock { $0.revision } }

    /// The revision of the last change of each resource, 0 where there was none.
    func revisions(of ids: [CollectionID]) -> [UInt64] {
        memory.withLock { memory in ids.map { memory.collections[$0]?.revision ?? 0 } }
    }

    // MARK: Writes

    /// Makes one change durable and visible.
    /// - Throws: `StoreConflict`, what the precondition threw, or `Status` when it could not be stored.
    func write(_ mutation: Mutation) async throws -> Change {
        try await withCheckedThrowingContinuation { continuation in
            let (isClosed, mustSchedule) = inbox.withLock { inbox in
                guard !inbox.isClosed else { return (true, false) }
                inbox.waiting.append(Waiting(mutation: mutation, continuation: continuation))
                defer { inbox.isScheduled = true }
                return (false, !inbox.isScheduled)
            }
            if isClosed { continuation.resume(throwing: Status.internalError("the API server is stopping")) }
            if mustSchedule { writer.async { self.drain() } }
        }
    }

    private func drain() {
        while true {
            let batch = inbox.withLock { inbox in
                defer { inbox.waiting = [] }
                if inbox.waiting.isEmpty { inbox.isScheduled = false }
                return inbox.waiting
            }
            guard !batch.isEmpty else { return }
            perform(batch)
        }
    }

    private func perform(_ batch: [Waiting]) {
        // Only this thread changes objects, so that what it reads here stays true until it publishes.
        let plan = StoreMemory.plan(batch.map(\.mutation), after: revision, committed: entry)
        var results = plan.map { result in
            result.flatMap { change -> Result<Change, any Error> in
                guard change.after.bytes.count > Self.objectLimit else { return .success(change) }
                return .failure(Status.tooLarge("Request entity too large: limit is \(Self.objectLimit)"))
            }
        }
        let isComplete = zip(plan, results).allSatisfy { (try? $0.get()) == nil || (try? $1.get()) != nil }
        let changes = results.compactMap { try? $0.get() }
        do {
            // Later mutations of the batch may have been planned on one that was refused for its size.
            guard isComplete || batch.count == 1 else { throw OversizedObject() }
            if !changes.isEmpty { try database.commit(changes) }
        } catch {
            // One by one, so that a write which cannot be stored takes no other with it.
            guard batch.count == 1 else { return batch.forEach { perform([$0]) } }
            results = [.failure(Status(writing: error))]
        }
        finish(batch, results)
    }

    private struct OversizedObject: Error {}

    private func finish(_ batch: [Waiting], _ results: [Result<Change, any Error>]) {
        let changes = results.compactMap { try? $0.get() }
        if !changes.isEmpty {
            let time = now()
            let deliveries = memory.withLock { $0.publish(changes, at: time) }
            changes.forEach(observer)
            deliveries.forEach { $0.perform() }
        }
        for (waiting, result) in zip(batch, results) { waiting.continuation.resume(with: result) }
    }

    // MARK: Watches

    func openWatch(
        _ id: CollectionID, filter: WatchFilter, after revision: UInt64?
    ) -> (watch: Int, snapshot: StoreMemory.Snapshot)? {
        memory.withLock { $0.openWatch(id, filter: filter, after: revision) }
    }

    /// Waits for what a watch sees next. One call at a time for a watch.
    func next(_ watch: Int, of id: CollectionID) async -> WatchWake {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let wake = memory.withLock { memory -> WatchWake? in
                    switch memory.fetch(watch, of: id) {
                    case .wake(let wake): return wake
                    case .wait:
                        memory.wait(watch, of: id, continuation)
                        return nil
                    }
                }
                if let wake { continuation.resume(returning: wake) }
            }
        } onCancel: {
            closeWatch(watch, of: id)
        }
    }

    func signal(_ watch: Int, of id: CollectionID, _ wake: WatchWake) {
        memory.withLock { $0.signal(watch, of: id, wake) }.forEach { $0.perform() }
    }

    func closeWatch(_ watch: Int, of id: CollectionID) {
        memory.withLock { $0.closeWatch(watch, of: id) }.forEach { $0.perform() }
    }

    /// Ends the watches of a resource that is no longer served, or all of them.
    func closeWatches(of id: CollectionID? = nil) {
        memory.withLock { $0.closeWatches(of: id) }.forEach { $0.perform() }
    }

    var openWatches: Int { memory.withLock { $0.openWatches } }

    /// Ends all watches, lets the writes under way finish, refuses later ones and closes the file.
    func close() async throws {
        inbox.withLock { $0.isClosed = true }
        closeWatches()
        await withCheckedContinuation { continuation in
            writer.async { continuation.resume() }
        }
        try database.close()
    }
}
