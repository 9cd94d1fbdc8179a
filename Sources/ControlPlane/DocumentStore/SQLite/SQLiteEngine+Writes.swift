import GRDB

extension SQLiteEngine {
    func insert(_ documents: [Document], into collection: String) async throws(DocumentStoreError) {
        var rows: [(id: DatabaseValue, doc: String, change: Change)] = []
        for document in documents {
            rows.append(
                (
                    SQLText.bound(document.id), try Self.text(document, for: collection),
                    Change(collection: collection, kind: .inserted, document: document)
                ))
        }
        let made = rows
        try await write(to: collection) { database in
            for row in made { try Self.insert(row.id, row.doc, into: collection, database) }
            return ((), made.map(\.change))
        }
    }

    private static func text(_ document: Document, for collection: String) throws(DocumentStoreError) -> String {
        let bytes = ExtendedJSON.encode(.document(document))
        guard bytes.count <= Document.maximumBytes else {
            throw .invalidDocument(collection: collection, "it has \(bytes.count) bytes; 16 MiB are the most")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func insert(
        _ id: DatabaseValue, _ doc: String, into collection: String, _ database: Database
    ) throws {
        let sql = "INSERT INTO \(SQLText.quoted(name: collection)) (id, doc) VALUES (?, ?)"
        try database.cachedStatement(sql: sql).execute(arguments: [id, doc])
    }

    /// The first document that fits, with its row.
    private func first(
        _ filter: Filter, sort: [SortKey], in collection: String
    ) throws(DocumentStoreError) -> @Sendable (Database) throws -> (row: Int64, document: Document)? {
        var text = text(for: collection)
        let condition = try text.condition(filter)
        let order = try SQLText.order(Query(filter, sort: sort).order)
        let sql =
            "SELECT rowid, doc FROM \(SQLText.quoted(name: collection)) WHERE \(condition)\(order) LIMIT 1"
        let arguments = StatementArguments(text.values)
        return { [self] database in
            guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments) else {
                return nil
            }
            return (row[0], try decode(row[1], of: collection))
        }
    }

    func update(
        _ filter: Filter, sort: [SortKey], _ update: Update, upsert: Bool, in collection: String
    ) async throws(DocumentStoreError) -> Document? {
        let first = try first(filter, sort: sort, in: collection)
        return try await write(to: collection) { database in
            if let (row, found) = try first(database) {
                var document = found
                try update.apply(to: &document, isInsert: false)
                try Self.store(document, in: row, of: collection, database)
                return (document, [Change(collection: collection, kind: .updated, document: document)])
            }
            guard upsert else { return (nil, []) }
            var document = try Self.seed(filter)
            try update.apply(to: &document, isInsert: true)
            try document.check(for: collection)
            let text = try Self.text(document, for: collection)
            try Self.insert(SQLText.bound(document.id), text, into: collection, database)
            return (document, [Change(collection: collection, kind: .inserted, document: document)])
        }
    }

    private static func seed(_ filter: Filter) throws(DocumentStoreError) -> Document {
        var document = Document()
        for (path, value) in filter.equalities {
            try document.change(path) { (field) throws(DocumentStoreError) in field = value }
        }
        return document
    }

    private static func store(
        _ document: Document, in row: Int64, of collection: String, _ database: Database
    ) throws {
        try document.check(for: collection)
        let sql = "UPDATE \(SQLText.quoted(name: collection)) SET doc = ? WHERE rowid = ?"
        try database.cachedStatement(sql: sql).execute(arguments: [try text(document, for: collection), row])
    }

    func replace(
        _ filter: Filter, with document: Document, in collection: String
    ) async throws(DocumentStoreError) -> Bool {
        let first = try first(filter, sort: [], in: collection)
        return try await write(to: collection) { database in
            guard let (row, _) = try first(database) else { return (false, []) }
            try Self.store(document, in: row, of: collection, database)
            return (true, [Change(collection: collection, kind: .updated, document: document)])
        }
    }

    func delete(
        _ filter: Filter, sort: [SortKey], from collection: String
    ) async throws(DocumentStoreError) -> Document? {
        let first = try first(filter, sort: sort, in: collection)
        return try await write(to: collection) { database in
            guard let (row, document) = try first(database) else { return (nil, []) }
            let sql = "DELETE FROM \(SQLText.quoted(name: collection)) WHERE rowid = ?"
            try database.cachedStatement(sql: sql).execute(arguments: [row])
            return (document, [Change(collection: collection, kind: .deleted, document: document)])
        }
    }
}
