import OrderedCollections

/// A document: named values in an order that is kept.
///
/// Two documents are equal when they have the same fields in the same order, as in MongoDB. The field `_id` names a
/// stored document within its collection.
public struct Document: Sendable, Hashable {
    /// The field of the optimistic version: it counts the writes of a document, starting from 1. A document without it
    /// (imported from elsewhere) has version 0.
    public static let versionField = "_version"

    private var fields: OrderedDictionary<String, DocumentValue>

    public init() { fields = [:] }

    /// Of two fields with one name the later value counts.
    public init(_ fields: some Sequence<(String, DocumentValue)>) {
        self.fields = OrderedDictionary(fields, uniquingKeysWith: { $1 })
    }

    public var isEmpty: Bool { fields.isEmpty }
    public var count: Int { fields.count }
    public var names: [String] { Array(fields.keys) }
    var firstName: String? { fields.keys.first }

    /// The field; setting nil removes it.
    public subscript(name: String) -> DocumentValue? {
        get { fields[name] }
        set { fields[name] = newValue }
    }

    /// What names the document; null where it has no `_id`.
    public var id: DocumentValue { fields["_id"] ?? .null }

    /// How often the document was written; 0 for one that was imported.
    public var version: Int64 { fields[Self.versionField]?.int ?? 0 }
}

extension Document: Sequence {
    public func makeIterator() -> Iterator { Iterator(fields: fields.elements.makeIterator()) }

    public struct Iterator: IteratorProtocol {
        fileprivate var fields: OrderedDictionary<String, DocumentValue>.Elements.Iterator

        public mutating func next() -> (name: String, value: DocumentValue)? {
            fields.next().map { (name: $0.key, value: $0.value) }
        }
    }
}

extension Document: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, DocumentValue)...) { self.init(elements) }
}

/// The document as extended JSON.
extension Document: CustomStringConvertible {
    public var description: String { DocumentValue.document(self).description }
}
