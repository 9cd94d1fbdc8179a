import DequeModule
import KubernetesAPI

/// Everything that the store knows, without locks and without a disk: live objects, logs of changes, watches.
struct StoreMemory: Sendable {
    struct Collection: Sendable {
        var entries = SortedEntries()
        var log: ChangeLog
        /// Earlier states that a chunked list goes on reading.
        var snapshots: Deque<Snapshot> = []
        var watches: [Int: WatchState] = [:]
        /// The revision of the last change.
        var revision: UInt64
    }

    /// The objects of a resource at one revision.
    struct Snapshot: Sendable {
        var revision: UInt64
        var entries: SortedEntries
    }

    /// A watch that has seen everything before `cursor`.
    struct WatchState: Sendable {
        var cursor: Int
        var filter: WatchFilter
        var waiting: CheckedContinuation<WatchWake, Never>?
        /// Signals that came while nobody waited.
        var pending: [WatchWake] = []
    }

    static let snapshotLimit = 32

    var collections: [CollectionID: Collection] = [:]
    /// The revision of the last committed change.
    private(set) var revision: UInt64
    private let logLimit: Int
    private var lastWatch = 0

    init(_ contents: StoreDatabase.Contents, logLimit: Int) {
        revision = contents.revisions.values.max() ?? 0
        self.logLimit = logLimit
        for (id, last) in contents.revisions {
            collections[id] = Collection(
                entries: SortedEntries(contents.entries[id] ?? []),
                log: ChangeLog(floor: last, limit: logLimit), revision: last)
        }
    }

    func entry(_ id: CollectionID, _ key: ObjectKey) -> StoredEntry? { collections[id]?.entries[key] }

    func snapshot(_ id: CollectionID) -> Snapshot {
        Snapshot(revision: revision, entries: collections[id]?.entries ?? SortedEntries())
    }

    // MARK: Changes

    /// Decides what a batch of mutations means: one result each, revisions counted on from `revision`.
    /// - Parameter committed: looks an object up in the committed state.
    static func plan(
        _ mutations: [Mutation], after revision: UInt64,
        committed: @escaping (CollectionID, ObjectKey) -> StoredEntry?
    ) -> [Result<Change, any Error>] {
        var staged: [CollectionID: [ObjectKey: StoredEntry?]] = [:]
        var next = revision
        return mutations.map { mutation in
            let seen = staged
            let reader = StoreReader { id, key in
                if let change = seen[id]?[key] { return change }
                return committed(id, key)
            }
            do {
                try mutation.precondition?(reader)
                let before = reader[mutation.collection, mutation.key]
                let change = try change(mutation, before: before, revision: next + 1)
                next += 1
                staged[mutation.collection, default: [:]][mutation.key] = .some(
                    change.isRemoval ? nil : change.after)
                return .success(change)
            } catch {
                return .failure(error)
            }
        }
    }

    private static func change(_ mutation: Mutation, before: StoredEntry?, revision: UInt64) throws -> Change {
        let value: JSON
        var isRemoval = false
        switch mutation.action {
        case .create(let object):
            guard before == nil else { throw StoreConflict(current: before) }
            value = object
        case .replace(let object, let expected):
            guard let before, before.revision == expected else { throw StoreConflict(current: before) }
            value = object
        case .remove(let object, let expected):
            guard let before, before.revision == expected else { throw StoreConflict(current: before) }
            value = object
            isRemoval = true
        }
        return Change(
            collection: mutation.collection, before: before,
            after: StoredEntry(key: mutation.key, revision: revision, stamping: value), isRemoval: isRemoval)
    }

    /// Takes committed changes over.
    /// - Returns: what to tell the watches that waited for them; to be done outside of any lock.
    mutating func publish(_ changes: [Change], at time: Timestamp) -> [WatchDelivery] {
        var fresh: [CollectionID: [Change]] = [:]
        for change in changes {
            revision = max(revision, change.revision)
            withCollection(change.collection) { collection in
                if change.isRemoval {
                    collection.entries.remove(change.after.key)
                } else {
                    collection.entries.set(change.after)
                }
                collection.log.append(change, at: time)
                collection.revision = change.revision
            }
            fresh[change.collection, default: []].append(change)
        }
        return fresh.flatMap { id, changes in
            withCollection(id) { Self.deliver(changes, to: &$0) }
        }
    }

    private static func deliver(_ changes: [Change], to collection: inout Collection) -> [WatchDelivery] {
        var deliveries: [WatchDelivery] = []
        let end = collection.log.end
        for (id, watch) in collection.watches {
            guard let waiting = watch.waiting else { continue }
            let relevant = changes.filter(watch.filter.mayConcern)
            // Also where nothing concerns it: a watch that waits has seen everything.
            collection.watches[id]?.cursor = end
            guard !relevant.isEmpty else { continue }
            collection.watches[id]?.waiting = nil
            deliveries.append(WatchDelivery(continuation: waiting, wake: .changes(relevant)))
        }
        return deliveries
    }

    private mutating func withCollection<T>(_ id: CollectionID, _ body: (inout Collection) -> T) -> T {
        let revision = revision
        let limit = logLimit
        return body(&collections[id, default: Self.newCollection(at: revision, limit: limit)])
    }

    private static func newCollection(at revision: UInt64, limit: Int) -> Collection {
        // A resource without any change: every revision is recent enough to go on from.
        Collection(log: ChangeLog(floor: 0, limit: limit), revision: 0)
    }

    // MARK: Chunked lists

    /// The state that a list reads: the present one, or an earlier one that its continue token names.
    func snapshot(_ id: CollectionID, at wanted: UInt64) -> Snapshot? {
        guard let collection = collections[id] else { return snapshot(id) }
        if wanted >= collection.revision { return Snapshot(revision: wanted, entries: collection.entries) }
        return collection.snapshots.last { $0.revision == wanted }
    }

    /// Keeps a state for the next chunks of a list that was begun on it.
    mutating func keep(_ snapshot: Snapshot, of id: CollectionID) {
        withCollection(id) { collection in
            guard !collection.snapshots.contains(where: { $0.revision == snapshot.revision }) else { return }
            collection.snapshots.append(snapshot)
            if collection.snapshots.count > Self.snapshotLimit { collection.snapshots.removeFirst() }
        }
    }

    // MARK: Watches

    /// Registers a watch from `revision` on, or from now on.
    /// - Returns: its id, and the present state; nil when changes since `revision` are no longer kept.
    mutating func openWatch(
        _ id: CollectionID, filter: WatchFilter, after revision: UInt64?
    ) -> (watch: Int, snapshot: Snapshot)? {
        let present = snapshot(id)
        let watch = lastWatch + 1
        let isOpen = withCollection(id) { collection in
            var cursor = collection.log.end
            if let revision {
                guard let index = collection.log.index(after: revision) else { return false }
                cursor = index
            }
            collection.watches[watch] = WatchState(cursor: cursor, filter: filter)
            return true
        }
        guard isOpen else { return nil }
        lastWatch = watch
        return (watch, present)
    }

    enum Fetched {
        case wake(WatchWake)
        case wait
    }

    static let batch = 64

    /// What a watch gets next; `.wait` when it has seen everything.
    mutating func fetch(_ watch: Int, of id: CollectionID) -> Fetched {
        let revision = revision
        return withCollection(id) { collection in
            guard var state = collection.watches[watch] else { return .wake(.ended(nil)) }
            defer { if collection.watches[watch] != nil { collection.watches[watch] = state } }
            guard let changes = collection.log.changes(from: state.cursor, count: Self.batch) else {
                return .wake(.ended(Status.expired("the watch was too slow: changes that it has not seen are gone")))
            }
            state.cursor += changes.count
            let relevant = changes.filter(state.filter.mayConcern)
            if !relevant.isEmpty { return .wake(.changes(relevant)) }
            guard changes.isEmpty else { return .wake(.changes([])) }
            guard !state.pending.isEmpty else { return .wait }
            let signal = state.pending.removeFirst()
            return .wake(signal.atRevision(revision))
        }
    }

    mutating func wait(_ watch: Int, of id: CollectionID, _ continuation: CheckedContinuation<WatchWake, Never>) {
        collections[id]?.watches[watch]?.waiting = continuation
    }

    /// Tells a watch something that is no change, now or when it has caught up.
    mutating func signal(_ watch: Int, of id: CollectionID, _ wake: WatchWake) -> [WatchDelivery] {
        guard let state = collections[id]?.watches[watch] else { return [] }
        guard let waiting = state.waiting else {
            collections[id]?.watches[watch]?.pending.append(wake)
            return []
        }
        collections[id]?.watches[watch]?.waiting = nil
        return [WatchDelivery(continuation: waiting, wake: wake.atRevision(revision))]
    }

    mutating func closeWatch(_ watch: Int, of id: CollectionID) -> [WatchDelivery] {
        guard let state = collections[id]?.watches.removeValue(forKey: watch), let waiting = state.waiting else {
            return []
        }
        return [WatchDelivery(continuation: waiting, wake: .ended(nil))]
    }

    /// Ends all watches of a resource, or of all.
    mutating func closeWatches(of id: CollectionID? = nil) -> [WatchDelivery] {
        let ids = id.map { [$0] } ?? Array(collections.keys)
        return ids.flatMap { id in
            Array((collections[id]?.watches ?? [:]).keys).flatMap { closeWatch($0, of: id) }
        }
    }

    var openWatches: Int { collections.values.reduce(0) { $0 + $1.watches.count } }
}
