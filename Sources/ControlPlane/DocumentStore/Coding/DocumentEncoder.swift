import Foundation

/// Turns an Encodable value into a document. Dates, `ObjectID`, `Data`, `Document` and `DocumentValue` keep their own
/// types; optionals that are nil are left out, as synthesised conformances do.
public struct DocumentEncoder: Sendable {
    public init() {}

    /// - Throws: `EncodingError` when the value is no keyed container, or what its own conformance throws.
    public func encode(_ model: some Encodable) throws -> Document {
        guard case .document(let document) = try encodeValue(model) else {
            throw EncodingError.invalidValue(
                model, .init(codingPath: [], debugDescription: "a document must be encoded as fields with names"))
        }
        return document
    }

    /// Any value, such as one element or a scalar.
    public func encodeValue(_ model: some Encodable) throws -> DocumentValue {
        let node = EncodedNode()
        try node.encode(model, codingPath: [])
        return node.value
    }
}

/// A place in the document that is being made. Confined to one call of `encode`.
private final class EncodedNode {
    private enum Content {
        case value(DocumentValue)
        case fields([(String, EncodedNode)])
        case elements([EncodedNode])
    }

    private var content = Content.fields([])

    var value: DocumentValue {
        switch content {
        case .value(let value): value
        case .fields(let fields): .document(Document(fields.map { ($0.0, $0.1.value) }))
        case .elements(let elements): .array(elements.map(\.value))
        }
    }

    func set(_ value: DocumentValue) { content = .value(value) }

    func makeFields() {
        if case .fields = content { return }
        content = .fields([])
    }

    func makeElements() {
        if case .elements = content { return }
        content = .elements([])
    }

    var count: Int {
        if case .elements(let elements) = content { elements.count } else { 0 }
    }

    func child(_ name: String) -> EncodedNode {
        let node = EncodedNode()
        guard case .fields(var fields) = content else { return node }
        content = .fields([])
        fields.append((name, node))
        content = .fields(fields)
        return node
    }

    func child() -> EncodedNode {
        let node = EncodedNode()
        guard case .elements(var elements) = content else { return node }
        content = .elements([])
        elements.append(node)
        content = .elements(elements)
        return node
    }

    func encode(_ value: some Encodable, codingPath: [any CodingKey]) throws {
        switch value {
        case let value as DocumentValue: set(value)
        case let value as Document: set(.document(value))
        case let value as ObjectID: set(.objectID(value))
        case let value as Date: set(value.documentValue)
        case let value as Data: set(.binary(Array(value)))
        case let value as URL: set(.string(value.absoluteString))
        default: try value.encode(to: NodeEncoder(node: self, codingPath: codingPath))
        }
    }

    func encode(_ value: some BinaryInteger & Encodable, at codingPath: [any CodingKey]) throws {
        guard let value = Int64(exactly: value) else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: codingPath, debugDescription: "an integer must fit 64 bits with its sign"))
        }
        set(.int(value))
    }
}

private struct NodeEncoder: Encoder {
    let node: EncodedNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedEncodingContainer<Key> {
        node.makeFields()
        return KeyedEncodingContainer(KeyedWriter(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.makeElements()
        return UnkeyedWriter(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleWriter(node: node, codingPath: codingPath)
    }
}

private struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodedNode
    let codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) { node.child(key.stringValue).set(.null) }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        try node.child(key.stringValue).encode(value, codingPath: codingPath + [key])
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy _: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        let child = node.child(key.stringValue)
        child.makeFields()
        return KeyedEncodingContainer(KeyedWriter<Nested>(node: child, codingPath: codingPath + [key]))
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        let child = node.child(key.stringValue)
        child.makeElements()
        return UnkeyedWriter(node: child, codingPath: codingPath + [key])
    }

    mutating func superEncoder() -> any Encoder { NodeEncoder(node: node.child("super"), codingPath: codingPath) }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
        NodeEncoder(node: node.child(key.stringValue), codingPath: codingPath + [key])
    }
}

private struct UnkeyedWriter: UnkeyedEncodingContainer {
    let node: EncodedNode
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    mutating func encodeNil() { node.child().set(.null) }

    mutating func encode(_ value: some Encodable) throws {
        let path = codingPath + [ElementKey(count)]
        try node.child().encode(value, codingPath: path)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy _: Nested.Type) -> KeyedEncodingContainer<Nested> {
        let child = node.child()
        child.makeFields()
        return KeyedEncodingContainer(KeyedWriter<Nested>(node: child, codingPath: codingPath))
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        let child = node.child()
        child.makeElements()
        return UnkeyedWriter(node: child, codingPath: codingPath)
    }

    mutating func superEncoder() -> any Encoder { NodeEncoder(node: node.child(), codingPath: codingPath) }
}

private struct SingleWriter: SingleValueEncodingContainer {
    let node: EncodedNode
    let codingPath: [any CodingKey]

    mutating func encodeNil() { node.set(.null) }
    mutating func encode(_ value: Bool) { node.set(.bool(value)) }
    mutating func encode(_ value: String) { node.set(.string(value)) }
    mutating func encode(_ value: Double) { node.set(.double(value)) }
    mutating func encode(_ value: Float) { node.set(.double(Double(value))) }
    mutating func encode(_ value: Int) { node.set(.int(Int64(value))) }
    mutating func encode(_ value: Int8) { node.set(.int(Int64(value))) }
    mutating func encode(_ value: Int16) { node.set(.int(Int64(value))) }
    mutating func encode(_ value: Int32) { node.set(.int(Int64(value))) }
    mutating func encode(_ value: Int64) { node.set(.int(value)) }
    mutating func encode(_ value: UInt) throws { try node.encode(value, at: codingPath) }
    mutating func encode(_ value: UInt8) { node.set(.int(Int64(value))) }
    mutating func encode(_ value: UInt16) { node.set(.int(Int64(value))) }
    mutating func encode(_ value: UInt32) { node.set(.int(Int64(value))) }
    mutating func encode(_ value: UInt64) throws { try node.encode(value, at: codingPath) }

    mutating func encode(_ value: some Encodable) throws { try node.encode(value, codingPath: codingPath) }
}

/// The place of an element in an array.
struct ElementKey: CodingKey {
    let intValue: Int?
    let stringValue: String

    init(_ index: Int) {
        intValue = index
        stringValue = "\(index)"
    }

    init(intValue: Int) { self.init(intValue) }
    init?(stringValue: String) { nil }
}
