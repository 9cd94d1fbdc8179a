import Synchronization

/// One document's change, told after it is on the disk.
public struct Change: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case inserted, updated, deleted }

    public var collection: String
    public var kind: Kind
    /// As it is after the change; a deleted one as it was before.
    public var document: Document

    public var id: DocumentValue { document.id }

    /// The document as the type that its collection holds.
    /// - Throws: `DecodingError`.
    public func decode<Model: Decodable>(_ type: Model.Type) throws -> Model {
        try DocumentDecoder().decode(type, from: document)
    }
}

/// Hands changes to the feeds that are open in this process.
final class ChangeHub: Sendable {
    private struct State {
        var feeds: [UInt64: ChangeBuffer] = [:]
        var next: UInt64 = 0
        var isEnded = false
    }

    private let state = Mutex(State())
    private let counts = Mutex<[String: UInt64]>([:])

    /// How many changes of these collections have been published.
    func count(of collections: [String]) -> UInt64 {
        counts.withLock { counts in collections.reduce(0) { $0 &+ (counts[$1] ?? 0) } }
    }

    func add(_ buffer: ChangeBuffer) -> UInt64 {
        let (id, isEnded) = state.withLock { state in
            state.next += 1
            if !state.isEnded { state.feeds[state.next] = buffer }
            return (state.next, state.isEnded)
        }
        if isEnded { buffer.end() }
        return id
    }

    func remove(_ id: UInt64) { _ = state.withLock { $0.feeds.removeValue(forKey: id) } }

    func publish(_ change: Change) {
        counts.withLock { $0[change.collection, default: 0] &+= 1 }
        // Outside the lock, since a reader that is resumed may open or close feeds.
        let feeds = state.withLock { Array($0.feeds.values) }
        for feed in feeds { feed.offer(change) }
    }

    func end() {
        let feeds = state.withLock { state in
            state.isEnded = true
            defer { state.feeds = [:] }
            return Array(state.feeds.values)
        }
        for feed in feeds { feed.end() }
    }
}
