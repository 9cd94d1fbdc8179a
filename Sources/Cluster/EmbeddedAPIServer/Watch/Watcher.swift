import DequeModule
import Dispatch
import KubernetesAPI
import Synchronization

/// One open watch: the present state first where it was asked for, then each change, with bookmarks in between.
///
/// Nothing is queued for it: it reads the log of changes at its own pace, and fails with 410 when it falls so far behind
/// that changes which it has not seen are dropped. It closes itself when it is released.
final class Watcher: Sendable {
    /// How a watch begins and ends.
    struct Options: Sendable {
        var filter: WatchFilter
        /// Send the present state as ADDED events first.
        var sendsInitialState = false
        /// Mark the end of the present state with an annotated bookmark (WatchList).
        var marksInitialState = false
        var bookmarkInterval: Duration?
        var timeout: Duration?
    }

    private struct Progress {
        var initial: [StoredEntry] = []
        var initialIndex = 0
        /// The revision of the present state, until its bookmark was sent.
        var initialBookmark: UInt64?
        var changes: Deque<Change> = []
        var isOver = false
    }

    private let store: ObjectStore
    private let id: CollectionID
    private let watch: Int
    private let options: Options
    private let kind: ResourceType
    private let present: @Sendable (StoredEvent) -> StoredEvent
    private let progress: Mutex<Progress>

    /// - Parameters:
    ///   - revision: changes after it are sent; nil for those from now on.
    ///   - present: turns stored objects into the version that the client asked for.
    /// - Throws: `Status` 410 when changes since `revision` are no longer kept.
    init(
        _ store: ObjectStore, _ id: CollectionID, kind: ResourceType, after revision: UInt64?, options: Options,
        present: @escaping @Sendable (StoredEvent) -> StoredEvent
    ) throws {
        guard let (watch, snapshot) = store.openWatch(id, filter: options.filter, after: revision) else {
            throw Status.expired("too old resource version: \(revision ?? 0) (\(store.revision))")
        }
        self.store = store
        self.id = id
        self.watch = watch
        self.options = options
        self.kind = kind
        self.present = present
        var progress = Progress()
        if options.sendsInitialState {
            snapshot.entries.scan(namespace: options.filter.namespace) {
                if options.filter.selectsAll || options.filter.matches($0) { progress.initial.append($0) }
                return true
            }
        }
        if options.marksInitialState { progress.initialBookmark = snapshot.revision }
        self.progress = Mutex(progress)
        schedule()
    }

    deinit { store.closeWatch(watch, of: id) }

    private static let timers = DispatchQueue(label: "store.watch-timers", qos: .utility)

    private func schedule() {
        if let timeout = options.timeout {
            Self.after(timeout) { [weak self] in
                guard let self else { return }
                self.store.signal(self.watch, of: self.id, .timeout(0))
            }
        }
        if options.bookmarkInterval != nil { scheduleBookmark() }
    }

    private func scheduleBookmark() {
        guard let interval = options.bookmarkInterval else { return }
        Self.after(interval) { [weak self] in
            guard let self else { return }
            self.store.signal(self.watch, of: self.id, .bookmark(0))
            self.scheduleBookmark()
        }
    }

    private static func after(_ duration: Duration, _ body: @escaping @Sendable () -> Void) {
        let (seconds, attoseconds) = duration.components
        timers.asyncAfter(
            deadline: .now() + .milliseconds(Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)),
            execute: body)
    }

    /// The next event; nil when the watch is over.
    /// - Throws: `Status` 410 when the watch was too slow.
    func next() async throws -> StoredEvent? {
        while true {
            if let event = takeBuffered() { return present(event) }
            if progress.withLock({ $0.isOver }) { return nil }
            switch await store.next(watch, of: id) {
            case .changes(let changes): progress.withLock { $0.changes.append(contentsOf: changes) }
            case .bookmark(let revision): return bookmark(revision)
            case .timeout(let revision):
                progress.withLock { $0.isOver = true }
                guard options.bookmarkInterval != nil else { return nil }
                return bookmark(revision)
            case .ended(let status):
                progress.withLock { $0.isOver = true }
                if let status { throw status }
                return nil
            }
        }
    }

    private func takeBuffered() -> StoredEvent? {
        progress.withLock { progress in
            if progress.initialIndex < progress.initial.count {
                defer { progress.initialIndex += 1 }
                return StoredEvent(kind: .added, object: progress.initial[progress.initialIndex].object)
            }
            progress.initial = []
            progress.initialIndex = 0
            if let revision = progress.initialBookmark {
                progress.initialBookmark = nil
                return bookmark(revision, isInitial: true)
            }
            while let change = progress.changes.popFirst() {
                if let event = options.filter.event(for: change) { return event }
            }
            return nil
        }
    }

    private func bookmark(_ revision: UInt64, isInitial: Bool = false) -> StoredEvent {
        var object: JSON = [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind),
            "metadata": ["resourceVersion": .string(String(revision)), "creationTimestamp": .null],
        ]
        if isInitial { object["metadata", "annotations"] = ["k8s.io/initial-events-end": "true"] }
        return StoredEvent(kind: .bookmark, object: StoredObject(json: object))
    }
}
