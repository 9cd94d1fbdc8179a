extension Filter {
    /// Whether a document fits: what the databases do, for documents in memory.
    public func matches(_ document: Document) -> Bool { matches(.document(document)) }

    func matches(_ value: DocumentValue) -> Bool {
        switch self {
        case .all: true
        case .compare(let path, let comparison, let wanted): comparison.holds(value.value(at: path) ?? .null, wanted)
        case .isOneOf(let path, let values):
            values.contains { Comparison.equal.holds(value.value(at: path) ?? .null, $0) }
        case .exists(let path, let isWanted): (value.value(at: path) != nil) == isWanted
        case .hasText(let path, let text, let ignoringCase):
            value.value(at: path)?.string.map { TextSearch.found(text, in: $0, ignoringCase: ignoringCase) } ?? false
        case .hasElement(let path, let filter): value.value(at: path)?.array?.contains(where: filter.matches) ?? false
        case .allOf(let filters): filters.allSatisfy { $0.matches(value) }
        case .anyOf(let filters): filters.contains { $0.matches(value) }
        case .not(let filter): !filter.matches(value)
        }
    }
}

extension Filter.Comparison {
    func holds(_ value: DocumentValue, _ wanted: DocumentValue) -> Bool {
        switch self {
        case .equal: value.isSame(as: wanted)
        case .notEqual: !value.isSame(as: wanted)
        case .less: !wanted.isNull && value.order(with: wanted) == .before
        case .lessOrEqual: !wanted.isNull && value.order(with: wanted).map { $0 != .after } ?? false
        case .greater: !wanted.isNull && value.order(with: wanted) == .after
        case .greaterOrEqual: !wanted.isNull && value.order(with: wanted).map { $0 != .before } ?? false
        }
    }
}

/// Search for a literal part of a text.
enum TextSearch {
    static func fold(_ text: String) -> String { text.lowercased() }

    static func found(_ part: String, in text: String, ignoringCase: Bool) -> Bool {
        ignoringCase ? contains(fold(text), fold(part)) : contains(text, part)
    }

    /// By bytes, as the databases compare.
    private static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard let first = part.first else { return true }
        guard text.count >= part.count else { return false }
        return (0...text.count - part.count).contains { start in
            text[start] == first && text[start..<start + part.count].elementsEqual(part)
        }
    }
}
