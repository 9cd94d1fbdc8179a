import Foundation
import Synchronization

/// Results of reads, kept as long as this process changes nothing in the collections that they were read from.
///
/// A write that has returned is seen by every later read. Changes by other processes are seen when a result is
/// `maximumAge` old.
public final class ReadCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var changes: UInt64
        var readAt: Date
    }

    private let database: DocumentDatabase
    private let collections: [String]
    private let capacity: Int
    private let maximumAge: Duration
    private let now: @Sendable () -> Date
    private let entries = Mutex<[Key: Entry]>([:])

    /// - Parameters:
    ///   - collections: what the reads read.
    ///   - path: a field that never changes, such as `project_id`: reads of documents with one value in it stay when only
    ///     others change. Nil counts every change. One for a collection.
    ///   - capacity: so many results are kept; when there are more, all are given up.
    public init(
        _ database: DocumentDatabase, of collections: [String], by path: FieldPath? = nil, capacity: Int = 10_000,
        maximumAge: Duration = .seconds(1), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.database = database
        self.collections = collections
        self.capacity = capacity
        self.maximumAge = maximumAge
        self.now = now
        if let path { for collection in collections { database.hub.countChanges(of: collection, by: path) } }
    }

    /// The kept result, or what `read` gives now. What it throws is not kept.
    /// - Parameter part: the value of the field that changes are counted by, in all documents that are read.
    public func value(_ key: Key, in part: String? = nil, _ read: () async throws -> Value) async throws -> Value {
        let time = now()
        // Counted before the read: what is changed meanwhile makes the result an old one.
        let changes = database.hub.count(of: collections, where: part)
        let limit = Double(maximumAge.components.seconds) + Double(maximumAge.components.attoseconds) / 1e18
        let kept = entries.withLock { entries -> Value? in
            guard let entry = entries[key], entry.changes == changes,
                (0..<limit).contains(time.timeIntervalSince(entry.readAt))
            else { return nil }
            return entry.value
        }
        if let kept { return kept }
        let value = try await read()
        entries.withLock { entries in
            if entries.count >= capacity { entries = [:] }
            entries[key] = Entry(value: value, changes: changes, readAt: time)
        }
        return value
    }
}
