/// A collection and the indexes that it has.
public struct CollectionSchema: Sendable, Hashable {
    /// Letters, digits, `_`, `-` and `.`.
    public var name: String
    public var indexes: [IndexDefinition]

    public init(_ name: String, indexes: [IndexDefinition] = []) {
        self.name = name
        self.indexes = indexes
    }

    static func check(name: String) throws(DocumentStoreError) {
        let isWord = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isWord, !name.isEmpty, name.utf8.count <= 100,
            !["system.", "sqlite_", "grdb_"].contains(where: name.lowercased().hasPrefix)
        else {
            throw .invalidQuery("'\(name)' cannot name a collection: letters, digits, '_', '-' and '.' can")
        }
    }
}

/// An index, by which documents are found and sorted quickly, or kept unique.
public struct IndexDefinition: Sendable, Hashable {
    /// Unique in its collection.
    public var name: String
    /// Fields in the order of the index: first those that are compared for equality, then the one to sort by.
    public var paths: [FieldPath]
    /// No two documents have the same values at all paths. Documents that lack one of the fields are free.
    public var isUnique: Bool
    /// Only documents that fit are in the index: `exists`, comparisons and `allOf` of them.
    public var filter: Filter
    /// The path is an array, and `paths` are of its elements; they are found by `Filter.any`. Nil in ordinary indexes.
    public var elementsOf: FieldPath?

    private init(_ name: String?, _ paths: [FieldPath], isUnique: Bool, filter: Filter, elementsOf: FieldPath? = nil) {
        let words = (elementsOf.map { [$0] } ?? []) + paths
        self.name = name ?? words.map(\.description).joined(separator: "_")
        self.paths = paths
        self.isUnique = isUnique
        self.filter = filter
        self.elementsOf = elementsOf
    }

    public static func fields(_ paths: FieldPath..., name: String? = nil, where filter: Filter = .all) -> Self {
        Self(name, paths, isUnique: false, filter: filter)
    }

    public static func unique(_ paths: FieldPath..., name: String? = nil, where filter: Filter = .all) -> Self {
        Self(name, paths, isUnique: true, filter: filter)
    }

    /// For documents that have an element of an array with some value in a field.
    public static func elements(of array: FieldPath, _ path: FieldPath = .itself, name: String? = nil) -> Self {
        Self(name, [path], isUnique: false, filter: .all, elementsOf: array)
    }

    func check() throws(DocumentStoreError) {
        guard !paths.isEmpty else { throw .invalidQuery("the index '\(name)' has no fields") }
        for path in paths + (elementsOf.map { [$0] } ?? []) { try path.check() }
        guard !name.contains(where: { $0 == "\"" || $0 == "'" || $0 == "$" || $0.isWhitespace }) else {
            throw .invalidQuery("'\(name)' cannot name an index")
        }
        guard filter.isIndexable else {
            throw .invalidQuery(
                "the index '\(name)' has a filter of its documents that is not made of exists, eq, lt, lte, gt, gte")
        }
    }
}

extension Filter {
    fileprivate var isIndexable: Bool {
        switch self {
        case .all, .exists(_, true): true
        case .compare(_, let comparison, _): comparison != .notEqual
        case .allOf(let filters): filters.allSatisfy(\.isIndexable)
        default: false
        }
    }
}
