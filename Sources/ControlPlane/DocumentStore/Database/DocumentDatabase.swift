/// A database of documents, in SQLite or MongoDB, chosen by a URL.
///
///     let database = try await DocumentDatabase.open(try DatabaseURL("sqlite:///var/lib/litmus/center.db"))
///     let users = try await database.collection(.init("users", indexes: [.unique("username")]), of: User.self)
///
/// Close it when done: then all of a SQLite database is in its one file.
public struct DocumentDatabase: Sendable {
    let engine: any DocumentEngine
    let hub: ChangeHub

    /// For people: the path, or the URL without its password.
    public var location: String { engine.location }

    /// Opens, and with SQLite makes, the database.
    /// - Throws: `DocumentStoreError` that says why it cannot be used.
    public static func open(_ url: DatabaseURL) async throws(DocumentStoreError) -> DocumentDatabase {
        let hub = ChangeHub()
        switch url {
        case .sqlite(let path): return DocumentDatabase(engine: try SQLiteEngine(path: path, hub: hub), hub: hub)
        case .memory: return DocumentDatabase(engine: try SQLiteEngine(path: nil, hub: hub), hub: hub)
        case .mongodb(let text, let database):
            let engine = try MongoEngine(url: text, location: url.location, database: database, hub: hub)
            do {
                try await engine.ping()
            } catch {
                await engine.close()
                throw error as? DocumentStoreError ?? .cannotOpen(url.location, "\(error)")
            }
            return DocumentDatabase(engine: engine, hub: hub)
        }
    }

    /// Makes the collection with its indexes when it is not there, and changes its indexes to what is declared.
    /// - Throws: `DocumentStoreError`; `.duplicate` when stored documents break a new unique index.
    public func collection<Model: Codable & Sendable>(
        _ schema: CollectionSchema, of _: Model.Type
    ) async throws(DocumentStoreError) -> DocumentCollection<Model> {
        try CollectionSchema.check(name: schema.name)
        for index in schema.indexes { try index.check() }
        try await engine.prepare(schema)
        return DocumentCollection(name: schema.name, database: self)
    }

    /// A collection as it is, for migrations and tools: without declared indexes, documents untyped.
    public func collection(named name: String) throws(DocumentStoreError) -> DocumentCollection<Document> {
        try CollectionSchema.check(name: name)
        return DocumentCollection(name: name, database: self)
    }

    public func collectionNames() async throws(DocumentStoreError) -> [String] {
        try await storing { try await engine.collectionNames() }
    }

    public func drop(_ collection: String) async throws(DocumentStoreError) {
        try await storing { try await engine.drop(collection) }
    }

    /// For readiness checks.
    /// - Throws: `DocumentStoreError` when the database cannot be used now.
    public func ping() async throws(DocumentStoreError) { try await storing { try await engine.ping() } }

    /// What this process changes from now on in a collection; see `ChangeFeed`.
    /// - Parameter filter: of the document after the change, or as it was before it was deleted.
    public func changes(in collection: String, where filter: Filter = .all, capacity: Int = 1024) -> ChangeFeed {
        ChangeFeed(hub: hub, collection: collection, filter: filter, capacity: capacity)
    }

    /// Ends the change feeds and lets the database go. Operations after it fail.
    public func close() async {
        hub.end()
        await engine.close()
    }

    /// Errors that no engine names are worded here; a cancelled task's included.
    func storing<Result>(_ body: () async throws -> Result) async throws(DocumentStoreError) -> Result {
        do {
            return try await body()
        } catch let error as DocumentStoreError {
            throw error
        } catch {
            throw .refused(location, "\(error)")
        }
    }
}
