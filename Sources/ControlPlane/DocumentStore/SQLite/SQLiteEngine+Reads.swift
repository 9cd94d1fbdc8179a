import GRDB
import Synchronization

extension SQLiteEngine {
    func text(for collection: String) -> SQLText {
        SQLText(elementIndexes: known.withLock { $0.elementIndexes[collection] ?? [] })
    }

    func find(_ query: Query, in collection: String) async throws(DocumentStoreError) -> [Document] {
        var text = text(for: collection)
        let condition = try text.condition(query.filter)
        var column = "doc"
        if !query.without.isEmpty {
            var paths: [String] = []
            for path in query.without { paths.append(try SQLText.jsonPath(path)) }
            column = "json_remove(doc, \(paths.joined(separator: ", ")))"
        }
        var sql = "SELECT \(column) FROM \(SQLText.quoted(name: collection)) WHERE \(condition)"
        sql += try SQLText.order(query.order)
        if query.limit != nil || query.skip > 0 {
            sql += " LIMIT \(text.bind(query.limit ?? -1)) OFFSET \(text.bind(query.skip))"
        }
        let statement = sql
        let values = text.values
        return try await read(collection, empty: []) { [self] database in
            let cursor = try Row.fetchCursor(
                database.cachedStatement(sql: statement), arguments: StatementArguments(values))
            var documents: [Document] = []
            while let row = try cursor.next() { documents.append(try decode(row[0], of: collection)) }
            return documents
        }
    }

    func decode(_ text: String, of collection: String) throws(DocumentStoreError) -> Document {
        do {
            return try ExtendedJSON.document(text)
        } catch {
            throw .damaged(location, "a document of '\(collection)' is no extended JSON (\(error)): \(text.prefix(80))")
        }
    }

    func count(_ filter: Filter, in collection: String) async throws(DocumentStoreError) -> Int {
        var text = text(for: collection)
        let condition = try text.condition(filter)
        let sql = "SELECT COUNT(*) FROM \(SQLText.quoted(name: collection)) WHERE \(condition)"
        let values = text.values
        return try await read(collection, empty: 0) { database in
            try Int.fetchOne(database.cachedStatement(sql: sql), arguments: StatementArguments(values)) ?? 0
        }
    }

    func groups(
        _ grouping: Grouping, _ filter: Filter, in collection: String
    ) async throws(DocumentStoreError) -> [Grouping.Group] {
        var text = text(for: collection)
        var keys: [String] = []
        for path in grouping.paths { keys.append(try SQLText.value(path, of: .document)) }
        var columns = keys
        for measure in grouping.measures { columns.append(try Self.column(measure)) }
        let table = SQLText.quoted(name: collection)
        let condition = try text.condition(filter)
        var sql = "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE \(condition)"
        // By numbers, as an expression that is bound twice is two expressions to SQLite.
        if !keys.isEmpty { sql += " GROUP BY " + keys.indices.map { "\($0 + 1)" }.joined(separator: ", ") }
        let types = try zip(grouping.paths, keys).map { path, key throws(DocumentStoreError) in
            let type = path.isID ? "'text'" : "json_type(doc, \(try SQLText.jsonPath(path)))"
            return "SELECT \(type) FROM \(table) WHERE (\(condition)) AND \(key) IS NOT NULL LIMIT 1"
        }
        let statement = sql
        let arguments = StatementArguments(text.values)
        let count = keys.count
        return try await read(collection, empty: []) { database in
            let rows = try Row.fetchAll(database.cachedStatement(sql: statement), arguments: arguments)
            var groups: [Grouping.Group] = []
            for row in rows {
                let values = try row.databaseValues.map(Self.value)
                groups.append(Grouping.Group(key: Array(values[..<count]), values: Array(values[count...])))
            }
            // SQL has no booleans: where all keys could be some, the documents tell.
            for index in 0..<count where groups.allSatisfy({ [.null, .int(0), .int(1)].contains($0.key[index]) }) {
                let type = try String.fetchOne(database.cachedStatement(sql: types[index]), arguments: arguments)
                guard type == "true" || type == "false" else { continue }
                for group in groups.indices where !groups[group].key[index].isNull {
                    groups[group].key[index] = .bool(groups[group].key[index] == .int(1))
                }
            }
            // Without keys there is one row even of no documents; MongoDB has none then.
            return count == 0 && groups.first?.key.isEmpty == true && groups[0].isOfNothing(grouping) ? [] : groups
        }
    }

    private static func column(_ measure: Grouping.Measure) throws(DocumentStoreError) -> String {
        switch measure {
        case .count: "COUNT(*)"
        case .sum(let path): "COALESCE(SUM(\(try SQLText.value(path, of: .document))), 0)"
        case .average(let path): "AVG(\(try SQLText.value(path, of: .document)))"
        case .minimum(let path): "MIN(\(try SQLText.value(path, of: .document)))"
        case .maximum(let path): "MAX(\(try SQLText.value(path, of: .document)))"
        }
    }

    private static func value(_ value: DatabaseValue) throws -> DocumentValue {
        switch value.storage {
        case .null: return DocumentValue.null
        case .int64(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let text):
            guard text.hasPrefix("{\"$") else { return .string(text) }
            return (try? ExtendedJSON.decode(text)) ?? .string(text)
        case .blob: return .null
        }
    }

    func export(
        _ collections: [String], _ body: @escaping @Sendable (String, [Document]) throws -> Void
    ) async throws(DocumentStoreError) -> Bool {
        for collection in collections { try CollectionSchema.check(name: collection) }
        do {
            // One read is one transaction: it sees the database as it was when it began.
            try await writer.read { [self] database in
                for collection in collections {
                    let sql = "SELECT doc FROM \(SQLText.quoted(name: collection)) ORDER BY id"
                    let cursor = try Row.fetchCursor(database, sql: sql)
                    var portion: [Document] = []
                    while let row = try cursor.next() {
                        portion.append(try decode(row[0], of: collection))
                        guard portion.count == 500 else { continue }
                        try body(collection, portion)
                        portion = []
                    }
                    if !portion.isEmpty { try body(collection, portion) }
                }
            }
            return true
        } catch {
            throw failure(error, "")
        }
    }
}

extension Grouping.Group {
    fileprivate func isOfNothing(_ grouping: Grouping) -> Bool {
        zip(grouping.measures, values).allSatisfy { measure, value in
            if case .count = measure { value == .int(0) } else { value == .null || value == .int(0) }
        }
    }
}
