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
    private let counts = Mutex(ChangeCounts())

    /// How many changes of these collections have been published: of all their documents, or of those that have a value
    /// in the field that is counted by.
    func count(of collections: [String], where value: String? = nil) -> UInt64 {
        counts.withLock { counts in collections.reduce(0) { $0 &+ counts.count(of: $1, where: value) } }
    }

    /// From now on changes of the collection are also counted by the values of a field.
    func countChanges(of collection: String, by path: FieldPath) {
        counts.withLock { $0.paths[collection] = path }
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
        counts.withLock { $0.add(change) }
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

/// How often collections have changed.
private struct ChangeCounts {
    private struct Part: Hashable {
        var collection: String
        var value: String
    }

    /// The field that the changes of a collection are counted by.
    var paths: [String: FieldPath] = [:]
    private var ofCollections: [String: UInt64] = [:]
    private var ofParts: [Part: UInt64] = [:]

    func count(of collection: String, where value: String?) -> UInt64 {
        guard let value, paths[collection] != nil else { return ofCollections[collection] ?? 0 }
        return ofParts[Part(collection: collection, value: value)] ?? 0
    }

    mutating func add(_ change: Change) {
        ofCollections[change.collection, default: 0] &+= 1
        guard let path = paths[change.collection], let value = change.document[path: path]?.string else { return }
        ofParts[Part(collection: change.collection, value: value), default: 0] &+= 1
    }
}
