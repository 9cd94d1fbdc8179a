/// A stored value and the version at which it was read, for `DocumentCollection.replace`.
public struct Versioned<Model: Sendable>: Sendable {
    public var model: Model
    /// Counts the document's writes.
    public var version: Int64
}

/// Some of the documents that fit, and how many there are in all.
public struct Page<Model: Sendable>: Sendable {
    public var items: [Model]
    public var total: Int
}
