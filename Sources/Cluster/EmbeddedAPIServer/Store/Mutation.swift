import KubernetesAPI

/// One conditional change of one object: the only way to write to the store.
///
/// The caller computes the new value from what it read; the store refuses it when that is no longer the present state,
/// and the caller computes again.
struct Mutation: Sendable {
    enum Action: Sendable {
        /// Fails with `StoreConflict` when there is an object of that key.
        case create(JSON)
        /// Fails with `StoreConflict` when the object is no longer at that revision.
        case replace(JSON, expecting: UInt64)
        /// Removes the object; the value is its final state. Fails as `replace`.
        case remove(JSON, expecting: UInt64)
    }

    var collection: CollectionID
    var key: ObjectKey
    var action: Action
    /// Checks on other objects that must hold at the moment of the write; what it throws is the answer.
    var precondition: (@Sendable (StoreReader) throws -> Void)?

    init(
        _ collection: CollectionID, _ key: ObjectKey, _ action: Action,
        precondition: (@Sendable (StoreReader) throws -> Void)? = nil
    ) {
        self.collection = collection
        self.key = key
        self.action = action
        self.precondition = precondition
    }
}

/// The state that a mutation meets: what is committed, and what the same transaction changed before.
struct StoreReader {
    let entry: (CollectionID, ObjectKey) -> StoredEntry?

    subscript(collection: CollectionID, key: ObjectKey) -> StoredEntry? { entry(collection, key) }
}

/// The object was not as the mutation expected it.
struct StoreConflict: Error {
    /// What is there instead; nil when there is nothing.
    var current: StoredEntry?
}

/// A committed change.
struct Change: Sendable {
    var collection: CollectionID
    var before: StoredEntry?
    /// The new version; of a removed object its final state, stamped with the revision of the removal.
    var after: StoredEntry
    var isRemoval: Bool

    var revision: UInt64 { after.revision }
}
