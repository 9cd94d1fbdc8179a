/// A field to sort by. Documents without it come first in ascending order.
public struct SortKey: Sendable, Hashable {
    public var path: FieldPath
    public var isAscending: Bool

    public static func ascending(_ path: FieldPath) -> SortKey { SortKey(path: path, isAscending: true) }
    public static func descending(_ path: FieldPath) -> SortKey { SortKey(path: path, isAscending: false) }
}

/// What to read, in which order, how much of it.
public struct Query: Sendable, Hashable {
    public var filter: Filter
    /// Documents that are equal by these keys are in the order of `_id` (in the direction of the last key), so that
    /// pages neither repeat nor lose documents.
    public var sort: [SortKey]
    /// How many of the first documents are passed over.
    public var skip: Int
    /// At most so many; nil for all.
    public var limit: Int?
    /// Fields that are left out of what is read, such as long texts that a list does not show.
    public var without: [FieldPath]

    public init(
        _ filter: Filter = .all, sort: [SortKey] = [], skip: Int = 0, limit: Int? = nil, without: [FieldPath] = []
    ) {
        self.filter = filter
        self.sort = sort
        self.skip = skip
        self.limit = limit
        self.without = without
    }

    /// The sort keys with the tie-break.
    var order: [SortKey] {
        guard !sort.isEmpty, !sort.contains(where: \.path.isID) else { return sort }
        return sort + [SortKey(path: "_id", isAscending: sort.last?.isAscending ?? true)]
    }

    func check() throws(DocumentStoreError) {
        guard skip >= 0, limit ?? 0 >= 0 else {
            throw .invalidQuery("skip \(skip) and limit \(limit ?? 0) must not be negative")
        }
    }
}

/// Documents counted in groups.
public struct Grouping: Sendable, Hashable {
    public enum Measure: Sendable, Hashable {
        case count
        /// Of the numbers at the path; 0 where there is none.
        case sum(FieldPath)
        /// Of the numbers at the path; null where there is none.
        case average(FieldPath)
        case minimum(FieldPath)
        case maximum(FieldPath)
    }

    /// A group has one value at each of these paths. No path: one group of everything.
    public var paths: [FieldPath]
    public var measures: [Measure]

    public init(by paths: [FieldPath], measures: [Measure] = [.count]) {
        self.paths = paths
        self.measures = measures
    }

    /// A group and its figures, in the order of `measures`.
    public struct Group: Sendable, Hashable {
        /// In the order of `paths`; null also for documents without the field.
        public var key: [DocumentValue]
        public var values: [DocumentValue]

        /// The first measure, as a number of documents.
        public var count: Int { Int(values.first?.int ?? 0) }
    }
}
