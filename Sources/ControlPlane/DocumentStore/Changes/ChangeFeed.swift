import Synchronization

/// The changes that this process makes to a collection, from the moment at which the feed was made. For one task to
/// read; it ends when the task is cancelled or the database is closed.
///
/// Changes by other processes are not seen: whoever lets several processes use one database reads the collection again
/// from time to time as well. With SQLite changes come in the order in which they were stored; with MongoDB those of one
/// document may overtake each other, and the higher version is the later one.
public struct ChangeFeed: AsyncSequence, Sendable {
    public enum Event: Sendable, Hashable {
        case change(Change)
        /// The reader was too slow and changes were dropped: read the collection again.
        case missed
    }

    private let registration: Registration

    init(hub: ChangeHub, collection: String, filter: Filter, capacity: Int) {
        registration = Registration(hub, ChangeBuffer(collection: collection, filter: filter, capacity: capacity))
    }

    public func makeAsyncIterator() -> Iterator { Iterator(registration: registration) }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let registration: Registration

        public mutating func next() async -> Event? { await registration.buffer.next() }

        public mutating func next(isolation: isolated (any Actor)?) async -> Event? { await registration.buffer.next() }
    }

    /// Leaves the hub when nobody can read any more.
    fileprivate final class Registration: Sendable {
        let buffer: ChangeBuffer
        private let hub: ChangeHub
        private let id: UInt64

        init(_ hub: ChangeHub, _ buffer: ChangeBuffer) {
            self.hub = hub
            self.buffer = buffer
            id = hub.add(buffer)
        }

        deinit { hub.remove(id) }
    }
}

/// Changes that wait for their reader.
final class ChangeBuffer: Sendable {
    private struct State {
        var changes: [Change] = []
        var hasMissed = false
        var isEnded = false
        var reader: CheckedContinuation<ChangeFeed.Event?, Never>?
    }

    private let collection: String
    private let filter: Filter
    private let capacity: Int
    private let state = Mutex(State())

    init(collection: String, filter: Filter, capacity: Int) {
        self.collection = collection
        self.filter = filter
        self.capacity = capacity
    }

    func offer(_ change: Change) {
        guard change.collection == collection, filter.matches(change.document) else { return }
        let reader = state.withLock { state -> CheckedContinuation<ChangeFeed.Event?, Never>? in
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            guard !state.isEnded, !state.hasMissed else { return nil }
            state.changes.append(change)
            if state.changes.count > capacity {
                state.changes = []
                state.hasMissed = true
            }
            return nil
        }
        reader?.resume(returning: .change(change))
    }

    func end() {
        let reader = state.withLock { state in
            state.isEnded = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    func next() async -> ChangeFeed.Event? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let event = state.withLock { state -> ChangeFeed.Event?? in
                    if state.hasMissed {
                        state.hasMissed = false
                        return .some(.missed)
                    }
                    if !state.changes.isEmpty { return .some(.change(state.changes.removeFirst())) }
                    if state.isEnded || state.reader != nil { return .some(nil) }
                    state.reader = reader
                    return nil
                }
                if let event { reader.resume(returning: event) }
            }
        } onCancel: {
            end()
        }
    }
}
