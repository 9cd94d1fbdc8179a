import Synchronization

/// Keeps prepared documents by their text, the least recently used given up first. Texts of more than 64 KiB are not
/// kept, so that the memory is bounded by the capacity.
final class DocumentCache<Context: Sendable>: Sendable {
    private struct Entry {
        var prepared: PreparedDocument<Context>
        var lastUse: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())
    private let capacity: Int
    private static var longestText: Int { 65_536 }

    init(capacity: Int) { self.capacity = capacity }

    subscript(query: String) -> PreparedDocument<Context>? {
        get {
            guard capacity > 0 else { return nil }
            return state.withLock { state in
                state.clock += 1
                let now = state.clock
                guard let prepared = state.entries[query]?.prepared else { return nil }
                state.entries[query]?.lastUse = now
                return prepared
            }
        }
        set {
            guard let newValue, capacity > 0, query.utf8.count <= Self.longestText else { return }
            state.withLock { state in
                state.clock += 1
                state.entries[query] = Entry(prepared: newValue, lastUse: state.clock)
                guard state.entries.count > capacity else { return }
                // A tenth at once, so that a stream of new documents does not sort for each.
                let oldest = state.entries.sorted { $0.value.lastUse < $1.value.lastUse }
                for (query, _) in oldest.prefix(max(1, capacity / 10)) { state.entries[query] = nil }
            }
        }
    }
}
