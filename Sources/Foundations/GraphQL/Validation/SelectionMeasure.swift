/// Measures selections with fragments counted at each use, in time linear to the document. Circles of fragments are cut
/// where they close; validation reports them.
struct SelectionMeasure {
    /// What is counted, and how deep.
    struct Size {
        /// Levels of selection sets.
        var nesting = 0
        /// Levels of fields outside introspection.
        var depth = 0
        /// Aliases.
        var aliases = 0
    }

    private let fragments: [String: FragmentDefinition]
    private let limit: Int
    private var sizes: [String: Size] = [:]
    private var active: Set<String> = []

    private init(_ document: Document, limit: Int) {
        var fragments: [String: FragmentDefinition] = [:]
        for case .fragment(let fragment) in document.definitions { fragments[fragment.name.value] = fragment }
        self.fragments = fragments
        self.limit = limit
    }

    private struct TooDeep: Error {}

    /// The error of a document whose fragments nest deeper than `limit`. The parser has bounded each definition, so
    /// documents without fragments pass at once.
    static func nestingError(of document: Document, limit: Int) -> GraphQLError? {
        var measure = SelectionMeasure(document, limit: limit)
        guard !measure.fragments.isEmpty else { return nil }
        for definition in document.definitions {
            let set: SelectionSet
            switch definition {
            case .operation(let operation): set = operation.selectionSet
            case .fragment(let fragment): set = fragment.selectionSet
            default: continue
            }
            guard let size = try? measure.size(of: set, level: 0), size.nesting <= limit else {
                return GraphQLError(
                    "The document is nested deeper than \(limit) levels.", code: .nestingLimit,
                    locations: [document.location(at: definition.offset)])
            }
        }
        return nil
    }

    /// The size of an operation of a document that passed ``nestingError(of:limit:)``.
    static func size(of operation: OperationDefinition, in document: Document) -> Size {
        var measure = SelectionMeasure(document, limit: .max)
        return (try? measure.size(of: operation.selectionSet, level: 0)) ?? Size()
    }

    private mutating func size(of set: SelectionSet, level: Int) throws(TooDeep) -> Size {
        guard level <= limit else { throw TooDeep() }
        var size = Size()
        for selection in set.selections {
            var inner: Size
            switch selection {
            case .field(let field):
                inner =
                    try field.selectionSet.map { (set) throws(TooDeep) in try self.size(of: set, level: level + 1) }
                    ?? Size()
                if field.alias != nil { inner.aliases = Self.sum(inner.aliases, 1) }
                let isIntrospection = field.name.value.hasPrefix("__")
                inner.depth = isIntrospection ? 0 : inner.depth + 1
            case .inline(let fragment): inner = try self.size(of: fragment.selectionSet, level: level + 1)
            case .spread(let spread): inner = try self.size(ofFragment: spread.name.value, level: level)
            }
            size.nesting = max(size.nesting, inner.nesting)
            size.depth = max(size.depth, inner.depth)
            size.aliases = Self.sum(size.aliases, inner.aliases)
        }
        size.nesting += 1
        return size
    }

    private mutating func size(ofFragment name: String, level: Int) throws(TooDeep) -> Size {
        if let known = sizes[name] { return known }
        guard let fragment = fragments[name], active.insert(name).inserted else { return Size() }
        let size = try size(of: fragment.selectionSet, level: level + 1)
        active.remove(name)
        sizes[name] = size
        return size
    }

    private static func sum(_ first: Int, _ second: Int) -> Int {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : sum
    }
}
