/// What the store asks of a database. One document is the unit that changes as a whole; every write that returns has
/// reached the disk.
///
/// Documents come and go whole, with `_id` and version: `DocumentCollection` sees to those. An engine tells its
/// `ChangeHub` of every change once it is certain.
protocol DocumentEngine: Sendable {
    /// For error messages.
    var location: String { get }

    /// Makes the collection and exactly its declared indexes; other indexes that were declared before go.
    func prepare(_ schema: CollectionSchema) async throws(DocumentStoreError)

    func find(_ query: Query, in collection: String) async throws -> [Document]
    func count(_ filter: Filter, in collection: String) async throws -> Int
    func groups(_ grouping: Grouping, _ filter: Filter, in collection: String) async throws -> [Grouping.Group]

    /// All have an `_id`. Those before one that is refused may have been stored.
    func insert(_ documents: [Document], into collection: String) async throws

    /// Changes the first document that fits, or with `upsert` inserts one that does.
    /// - Returns: the document after it; nil when none fits.
    func update(
        _ filter: Filter, sort: [SortKey], _ update: Update, upsert: Bool, in collection: String
    ) async throws -> Document?

    /// Puts a document in the place of the one that fits.
    /// - Returns: whether one fits.
    func replace(_ filter: Filter, with document: Document, in collection: String) async throws -> Bool

    /// - Returns: the document that is gone.
    func delete(_ filter: Filter, sort: [SortKey], from collection: String) async throws -> Document?

    /// Sorted.
    func collectionNames() async throws -> [String]
    func drop(_ collection: String) async throws

    /// Hands all documents of the collections over in portions.
    /// - Returns: whether they are of one moment. Else each document is whole, and they are of several moments.
    func export(
        _ collections: [String], _ body: @escaping @Sendable (_ collection: String, [Document]) throws -> Void
    ) async throws -> Bool

    /// - Throws: when the database cannot be used now.
    func ping() async throws
    func close() async
}

extension Document {
    static let maximumBytes = 16 << 20
    private static let maximumDepth = 100

    /// What both engines can store: names without `$` in front, depth and size as MongoDB has them.
    func check(for collection: String) throws(DocumentStoreError) {
        try Self.check(.document(self), depth: 1, collection)
        switch id {
        case .string(let id) where !id.isEmpty: break
        case .objectID: break
        default:
            throw .invalidDocument(collection: collection, "its _id is \(id) and no string or ObjectId")
        }
    }

    private static func check(
        _ value: DocumentValue, depth: Int, _ collection: String
    ) throws(DocumentStoreError) {
        switch value {
        case .document(let document):
            guard depth <= maximumDepth else {
                throw .invalidDocument(collection: collection, "it is deeper than \(maximumDepth) levels")
            }
            for (name, value) in document {
                guard name.utf8.first != UInt8(ascii: "$"), !name.utf8.contains(0) else {
                    throw .invalidDocument(collection: collection, "the name '\(name)' begins with '$' or holds a NUL")
                }
                try check(value, depth: depth + 1, collection)
            }
        case .array(let elements):
            guard depth <= maximumDepth else {
                throw .invalidDocument(collection: collection, "it is deeper than \(maximumDepth) levels")
            }
            for element in elements { try check(element, depth: depth + 1, collection) }
        default: break
        }
    }
}
