extension Filter {
    /// The filter in MongoDB's query language.
    /// - Parameter root: what all paths begin with, such as the name of an array filter.
    /// - Throws: `DocumentStoreError.invalidQuery`.
    func mongo(root: FieldPath = .itself) throws(DocumentStoreError) -> Document {
        switch self {
        case .all: return [:]
        case .exists(let path, let isWanted): return [try Self.name(path, root): ["$exists": .bool(isWanted)]]
        case .compare(let path, .equal, let value) where value.document == nil && value.array == nil:
            return [try Self.name(path, root): value]
        case .compare(let path, _, _), .isOneOf(let path, _), .hasText(let path, _, _), .hasElement(let path, _):
            return [try Self.name(path, root): .document(try operators())]
        case .allOf(let filters): return Self.merged(try Self.joined("$and", filters, root))
        case .anyOf(let filters):
            // MongoDB refuses an empty list; nothing fits it.
            return filters.isEmpty ? ["$nor": [[:]]] : try Self.joined("$or", filters, root)
        case .not(let filter): return ["$nor": [.document(try filter.mongo(root: root))]]
        }
    }

    private static func joined(
        _ word: String, _ filters: [Filter], _ root: FieldPath
    ) throws(DocumentStoreError) -> Document {
        guard !filters.isEmpty else { return [:] }
        return [
            word: .array(
                try filters.map { (filter) throws(DocumentStoreError) in .document(try filter.mongo(root: root)) })
        ]
    }

    /// The parts of an `$and` as one document where their fields are distinct: the form that servers plan best.
    private static func merged(_ filter: Document) -> Document {
        var merged = Document()
        for part in filter["$and"]?.array ?? [] {
            for (name, value) in part.document ?? Document() {
                guard merged[name] == nil, !name.hasPrefix("$") else { return filter }
                merged[name] = value
            }
        }
        return merged
    }

    private static func name(_ path: FieldPath, _ root: FieldPath) throws(DocumentStoreError) -> String {
        try path.check()
        let whole = root.appending(path)
        guard !whole.segments.isEmpty else {
            throw .invalidQuery("a condition on an element itself stands alone, or in allOf with others of its kind")
        }
        return whole.description
    }

    /// The condition without its path: `{"$eq": 1}`.
    fileprivate func operators() throws(DocumentStoreError) -> Document {
        switch self {
        case .compare(_, let comparison, let value): return [comparison.mongo: value]
        case .isOneOf(_, let values): return ["$in": .array(values)]
        case .hasText(_, let text, let ignoringCase):
            return ["$regex": .string(Self.literal(text)), "$options": .string(ignoringCase ? "i" : "")]
        case .hasElement(_, let filter): return ["$elemMatch": .document(try filter.mongoForElement())]
        case .not(let filter): return ["$not": .document(try filter.operators())]
        case .allOf(let filters):
            var all = Document()
            for filter in filters {
                for (name, value) in try filter.operators() { all[name] = value }
            }
            return all
        case .all, .exists, .anyOf:
            throw .invalidQuery("this condition on an element itself cannot be expressed in MongoDB")
        }
    }

    /// What `$elemMatch`, and `$pull`, take: operators for elements that are no documents, else a filter.
    func mongoForElement() throws(DocumentStoreError) -> Document { try isOfItself ? operators() : mongo() }

    /// Whether the condition is on an element as a whole.
    var isOfItself: Bool {
        switch self {
        case .compare(let path, _, _), .isOneOf(let path, _), .hasText(let path, _, _), .hasElement(let path, _),
            .exists(let path, _):
            path.segments.isEmpty
        case .allOf(let filters), .anyOf(let filters): !filters.isEmpty && filters.allSatisfy(\.isOfItself)
        case .not(let filter): filter.isOfItself
        case .all: false
        }
    }

    /// A pattern that finds exactly this text.
    private static func literal(_ text: String) -> String {
        var pattern = ""
        for character in text.unicodeScalars {
            if "\\^$.|?*+()[]{}/-".unicodeScalars.contains(character) { pattern += "\\" }
            pattern.unicodeScalars.append(character)
        }
        return pattern
    }
}

extension Filter.Comparison {
    fileprivate var mongo: String {
        switch self {
        case .equal: "$eq"
        case .notEqual: "$ne"
        case .less: "$lt"
        case .lessOrEqual: "$lte"
        case .greater: "$gt"
        case .greaterOrEqual: "$gte"
        }
    }
}
