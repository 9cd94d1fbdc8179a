import GRDB
import Synchronization

extension SQLiteEngine {
    /// Indexes are named `collection:index`, and the tables of array elements `collection#index`; no collection's name
    /// has these characters.
    func prepare(_ schema: CollectionSchema) async throws(DocumentStoreError) {
        let definitions = try schema.indexes.filter { $0.elementsOf == nil }
            .map { (index) throws(DocumentStoreError) in
                ("\(schema.name):\(index.name)", try Self.statement(index, of: schema.name))
            }
        let elementIndexes = schema.indexes.compactMap { index in
            index.elementsOf.map {
                ElementIndex(table: "\(schema.name)#\(index.name)", array: $0, path: index.paths[0])
            }
        }
        try await write(to: schema.name) { database in
            try Self.prepare(
                schema.name, Dictionary(definitions, uniquingKeysWith: { $1 }), elementIndexes, in: database)
            return ((), [])
        }
        known.withLock { $0.elementIndexes[schema.name] = elementIndexes }
    }

    private static func prepare(
        _ collection: String, _ definitions: [String: String], _ elementIndexes: [ElementIndex], in database: Database
    ) throws {
        let rows = try Row.fetchAll(
            database, sql: "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND type = 'index'",
            arguments: [collection])
        var present: [String: String] = [:]
        for row in rows {
            if let sql = row["sql"] as String? { present[row["name"]] = sql }
        }
        for (name, sql) in present where name.hasPrefix("\(collection):") && definitions[name] != sql {
            try database.execute(sql: "DROP INDEX \(SQLText.quoted(name: name))")
        }
        for (name, sql) in definitions where present[name] != sql { try database.execute(sql: sql) }

        let tables = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND instr(name, ?) = 1",
            arguments: ["\(collection)#"])
        for table in tables where !elementIndexes.contains(where: { $0.table == table }) {
            try remove(elementTable: table, in: database)
        }
        for index in elementIndexes {
            try make(index, of: collection, isPresent: tables.contains(index.table), database)
        }
    }

    private static func statement(
        _ index: IndexDefinition, of collection: String
    ) throws(DocumentStoreError) -> String {
        var columns: [String] = []
        for path in index.paths { columns.append(try SQLText.value(path, of: .document)) }
        // With the tie-break in the index, pages come out of it without sorting.
        if !index.isUnique, !index.paths.contains(where: \.isID) { columns.append("id") }
        var text = SQLText(writesValues: true)
        let filter = index.filter == .all ? "" : " WHERE \(try text.condition(index.filter))"
        let name = SQLText.quoted(name: "\(collection):\(index.name)")
        let table = SQLText.quoted(name: collection)
        return "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(name) ON \(table) "
            + "(\(columns.joined(separator: ", ")))\(filter)"
    }

    private static let triggers = ["insert", "update", "delete"]

    /// Kept up by triggers, so that it changes with the document.
    private static func make(
        _ index: ElementIndex, of collection: String, isPresent: Bool, _ database: Database
    ) throws {
        let source = "json_each(\(try SQLText.arrayOrEmpty(index.array))) AS e"
        let value = try SQLText.value(index.path, of: .element("e"))
        let definition = "\(value) FROM \(source)"
        let table = SQLText.quoted(name: index.table)
        let comment = "-- \(definition)"
        if isPresent {
            let sql = try String.fetchOne(
                database, sql: "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?",
                arguments: [index.table])
            if sql?.hasSuffix("\(comment)\n)") ?? false { return }
            try remove(elementTable: index.table, in: database)
        }
        let documents = SQLText.quoted(name: collection)
        let fill = "INSERT INTO \(table) SELECT DISTINCT \(value), d.id FROM"
        let new = "(SELECT NEW.id AS id, NEW.doc AS doc) AS d"
        let names = triggers.map { SQLText.quoted(name: "\(index.table):\($0)") }
        try database.execute(
            sql: """
                CREATE TABLE \(table) (value, id TEXT NOT NULL \(comment)
                );
                CREATE INDEX \(SQLText.quoted(name: "\(index.table):value")) ON \(table) (value, id);
                CREATE INDEX \(SQLText.quoted(name: "\(index.table):id")) ON \(table) (id);
                \(fill) \(documents) AS d, \(source);
                CREATE TRIGGER \(names[0]) AFTER INSERT ON \(documents) BEGIN
                    \(fill) \(new), \(source);
                END;
                CREATE TRIGGER \(names[1]) AFTER UPDATE ON \(documents) BEGIN
                    DELETE FROM \(table) WHERE id = OLD.id;
                    \(fill) \(new), \(source);
                END;
                CREATE TRIGGER \(names[2]) AFTER DELETE ON \(documents) BEGIN
                    DELETE FROM \(table) WHERE id = OLD.id;
                END;
                """)
    }

    private static func remove(elementTable table: String, in database: Database) throws {
        for trigger in triggers {
            try database.execute(sql: "DROP TRIGGER IF EXISTS \(SQLText.quoted(name: "\(table):\(trigger)"))")
        }
        try database.execute(sql: "DROP TABLE \(SQLText.quoted(name: table))")
    }

    func collectionNames() async throws(DocumentStoreError) -> [String] {
        try await read("", empty: []) { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM sqlite_master
                    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND instr(name, '#') = 0
                    ORDER BY name
                    """)
        }
    }

    func drop(_ collection: String) async throws(DocumentStoreError) {
        try await write(to: collection) { database in
            let tables = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND instr(name, ?) = 1",
                arguments: ["\(collection)#"])
            for table in tables { try Self.remove(elementTable: table, in: database) }
            try database.execute(sql: "DROP TABLE \(SQLText.quoted(name: collection))")
            return ((), [])
        }
        known.withLock {
            $0.tables.remove(collection)
            $0.elementIndexes[collection] = nil
        }
    }
}

extension SQLText {
    /// The array at a path of `doc`, or an empty one where there is none.
    static func arrayOrEmpty(_ path: FieldPath) throws(DocumentStoreError) -> String {
        let path = try jsonPath(path)
        return "CASE WHEN json_type(doc, \(path)) = 'array' THEN json_extract(doc, \(path)) ELSE '[]' END"
    }
}
