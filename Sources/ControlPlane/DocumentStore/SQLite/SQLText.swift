import GRDB

/// A table that lists the values of one field of an array's elements, with the documents that have them.
struct ElementIndex: Sendable, Hashable {
    var table: String
    var array: FieldPath
    var path: FieldPath
}

/// Pieces of SQL over the JSON of documents, and the values that are bound to them.
///
/// A string, a number, a boolean (0 or 1) and null are SQL values of their own; dates, ObjectIds, arrays and documents
/// are the text of their extended JSON.
struct SQLText {
    /// What paths begin at.
    enum Root {
        /// The column `doc` of the table.
        case document
        /// An element of an array: the alias of a `json_each`.
        case element(String)
    }

    /// In definitions of indexes nothing can be bound: values are written out.
    let writesValues: Bool
    private(set) var values: [DatabaseValue] = []
    private let elementIndexes: [ElementIndex]
    private var aliases = 0

    init(writesValues: Bool = false, elementIndexes: [ElementIndex] = []) {
        self.writesValues = writesValues
        self.elementIndexes = elementIndexes
    }

    static func quoted(name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
    static func quoted(text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// `'$.a.b'`, quoting names that are no words.
    static func jsonPath(_ path: FieldPath) throws(DocumentStoreError) -> String {
        try path.check()
        let steps = path.segments.map { segment in
            let isWord = segment.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            return isWord ? ".\(segment)" : ".\"\(segment)\""
        }
        return quoted(text: "$" + steps.joined())
    }

    /// The value at a path as an SQL value.
    static func value(_ path: FieldPath, of root: Root) throws(DocumentStoreError) -> String {
        switch root {
        case .document: path.isID ? "id" : "json_extract(doc, \(try jsonPath(path)))"
        case .element(let alias):
            path.segments.isEmpty
                ? "\(alias).value"
                : "CASE WHEN \(alias).type = 'object' THEN json_extract(\(alias).value, \(try jsonPath(path))) END"
        }
    }

    /// The JSON type at a path; null where there is nothing.
    private static func type(_ path: FieldPath, of root: Root) throws(DocumentStoreError) -> String {
        switch root {
        case .document: "json_type(doc, \(try jsonPath(path)))"
        case .element(let alias):
            path.segments.isEmpty
                ? "\(alias).type"
                : "CASE WHEN \(alias).type = 'object' THEN json_type(\(alias).value, \(try jsonPath(path))) END"
        }
    }

    /// A value in SQL, bound where possible. Booleans are written out, so that a condition on one is the same text as
    /// that of a partial index.
    mutating func literal(_ value: DocumentValue) -> String {
        switch value {
        case .null: return "NULL"
        case .bool(let value): return value ? "1" : "0"
        case .int(let number) where writesValues: return "\(number)"
        case .double(let number) where writesValues: return "\(number)"
        default: break
        }
        let text = Self.bound(value)
        guard writesValues else {
            values.append(text)
            return "?"
        }
        return Self.quoted(text: String.fromDatabaseValue(text) ?? "")
    }

    mutating func bind(_ value: some DatabaseValueConvertible) -> String {
        values.append(value.databaseValue)
        return "?"
    }

    static func bound(_ value: DocumentValue) -> DatabaseValue {
        switch value {
        case .null: .null
        case .bool(let value): (value ? 1 : 0).databaseValue
        case .int(let value): value.databaseValue
        case .double(let value): value.databaseValue
        case .string(let value): value.databaseValue
        case .date, .objectID, .binary, .timestamp, .array, .document: value.description.databaseValue
        }
    }

    // MARK: Conditions

    mutating func condition(_ filter: Filter, of root: Root = .document) throws(DocumentStoreError) -> String {
        switch filter {
        case .all: return "1"
        case .compare(let path, let comparison, let value):
            return try compare(Self.value(path, of: root), comparison, value)
        case .isOneOf(let path, let values):
            let value = try Self.value(path, of: root)
            let known = values.filter { !$0.isNull }
            var parts: [String] = []
            if !known.isEmpty {
                var words: [String] = []
                for value in known { words.append(literal(value)) }
                parts.append("\(value) IN (\(words.joined(separator: ", ")))")
            }
            if known.count < values.count { parts.append("\(value) IS NULL") }
            return parts.isEmpty ? "0" : "(\(parts.joined(separator: " OR ")))"
        case .exists(let path, let isWanted):
            return "\(try Self.type(path, of: root)) IS \(isWanted ? "NOT " : "")NULL"
        case .hasText(let path, let text, let ignoringCase):
            let value = try Self.value(path, of: root)
            guard ignoringCase else { return "instr(\(value), \(bind(text))) > 0" }
            return "instr(litmus_fold(\(value)), \(bind(TextSearch.fold(text)))) > 0"
        case .hasElement(let path, let filter):
            let (source, alias) = try elements(path, of: root)
            let inner = try condition(filter, of: .element(alias))
            var parts = [
                "\(try Self.type(path, of: root)) IS 'array'", "EXISTS (SELECT 1 FROM \(source) WHERE \(inner))",
            ]
            // Says nothing new, but lets the database begin with the few documents that can fit.
            if case .document = root, let (index, value) = indexed(path, filter) {
                parts.append("id IN (SELECT id FROM \(Self.quoted(name: index.table)) WHERE value = \(literal(value)))")
            }
            return "(\(parts.joined(separator: " AND ")))"
        case .allOf(let filters): return try join(filters, " AND ", empty: "1", of: root)
        case .anyOf(let filters): return try join(filters, " OR ", empty: "0", of: root)
        case .not(let filter): return "((\(try condition(filter, of: root))) IS NOT TRUE)"
        }
    }

    private func indexed(_ array: FieldPath, _ filter: Filter) -> (ElementIndex, DocumentValue)? {
        for index in elementIndexes where index.array == array {
            if let match = filter.equalities.first(where: { $0.path == index.path }) { return (index, match.value) }
        }
        return nil
    }

    private mutating func join(
        _ filters: [Filter], _ word: String, empty: String, of root: Root
    ) throws(DocumentStoreError) -> String {
        guard !filters.isEmpty else { return empty }
        var parts: [String] = []
        for filter in filters { parts.append(try condition(filter, of: root)) }
        return "(\(parts.joined(separator: word)))"
    }

    private mutating func compare(
        _ left: String, _ comparison: Filter.Comparison, _ value: DocumentValue
    ) throws(DocumentStoreError) -> String {
        if value.isNull {
            switch comparison {
            case .equal: return "\(left) IS NULL"
            case .notEqual: return "\(left) IS NOT NULL"
            default: return "0"
            }
        }
        switch comparison {
        case .equal: return "\(left) = \(literal(value))"
        case .notEqual: return "\(left) IS NOT \(literal(value))"
        case .less: return "\(left) < \(literal(value))"
        case .lessOrEqual: return "\(left) <= \(literal(value))"
        case .greater: return "\(left) > \(literal(value))"
        case .greaterOrEqual: return "\(left) >= \(literal(value))"
        }
    }

    /// The table of an array's elements, and its name.
    private mutating func elements(_ path: FieldPath, of root: Root) throws(DocumentStoreError) -> (String, String) {
        aliases += 1
        let alias = "e\(aliases)"
        switch root {
        case .document: return ("json_each(doc, \(try Self.jsonPath(path))) AS \(alias)", alias)
        case .element(let outer):
            guard path.segments.isEmpty else {
                return ("json_each(\(outer).value, \(try Self.jsonPath(path))) AS \(alias)", alias)
            }
            return ("json_each(\(outer).value) AS \(alias)", alias)
        }
    }

    static func order(_ keys: [SortKey]) throws(DocumentStoreError) -> String {
        var parts: [String] = []
        for key in keys {
            parts.append("\(try value(key.path, of: .document)) \(key.isAscending ? "ASC" : "DESC")")
        }
        return parts.isEmpty ? "" : " ORDER BY " + parts.joined(separator: ", ")
    }
}
