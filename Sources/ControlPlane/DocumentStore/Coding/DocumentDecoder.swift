import Foundation

/// Turns a document into a Decodable value: the reverse of `DocumentEncoder`. Fields that the type does not name are
/// passed over.
public struct DocumentDecoder: Sendable {
    public init() {}

    /// - Throws: `DecodingError`, whose coding path names the field.
    public func decode<Model: Decodable>(_ type: Model.Type, from document: Document) throws -> Model {
        try decode(type, from: .document(document))
    }

    public func decode<Model: Decodable>(_ type: Model.Type, from value: DocumentValue) throws -> Model {
        try ValueDecoder(value: value, codingPath: []).decode(type)
    }
}

private struct ValueDecoder: Decoder, SingleValueDecodingContainer {
    let value: DocumentValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    private func mismatch(_ type: Any.Type, _ wanted: String) -> DecodingError {
        .typeMismatch(
            type, .init(codingPath: codingPath, debugDescription: "a \(value.typeName) where \(wanted) is expected"))
    }

    func container<Key: CodingKey>(keyedBy _: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .document(let document) = value else { throw mismatch(Document.self, "a document") }
        return KeyedDecodingContainer(KeyedReader(document: document, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch([DocumentValue].self, "an array") }
        return UnkeyedReader(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { value.isNull }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard let value = value.bool else { throw mismatch(type, "a boolean") }
        return value
    }

    func decode(_ type: String.Type) throws -> String {
        guard let value = value.string else { throw mismatch(type, "a string") }
        return value
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let value = value.double else { throw mismatch(type, "a number") }
        return value
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard let whole = value.int, let number = Number(exactly: whole) else {
            throw mismatch(type, "a whole number of \(Number.bitWidth) bits")
        }
        return number
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<Model: Decodable>(_ type: Model.Type) throws -> Model {
        switch type {
        case is DocumentValue.Type: return try cast(value, type, "a value")
        case is Document.Type: return try cast(value.document, type, "a document")
        case is ObjectID.Type:
            guard case .objectID(let id) = value else { throw mismatch(type, "an ObjectId") }
            return try cast(id, type, "an ObjectId")
        case is Date.Type:
            guard case .date(let milliseconds) = value else { throw mismatch(type, "a date") }
            return try cast(Date(timeIntervalSince1970: Double(milliseconds) / 1000), type, "a date")
        case is Data.Type:
            guard case .binary(let bytes) = value else { throw mismatch(type, "binary data") }
            return try cast(Data(bytes), type, "binary data")
        case is URL.Type: return try cast(value.string.flatMap { URL(string: $0) }, type, "a URL")
        default: return try type.init(from: self)
        }
    }

    private func cast<Model>(_ value: Any?, _ type: Model.Type, _ wanted: String) throws -> Model {
        guard let model = value as? Model else { throw mismatch(type, wanted) }
        return model
    }
}

private struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let document: Document
    let codingPath: [any CodingKey]

    var allKeys: [Key] { document.names.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { document[key.stringValue] != nil }

    private func reader(_ key: some CodingKey) throws -> ValueDecoder {
        guard let value = document[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "the field is missing"))
        }
        return ValueDecoder(value: value, codingPath: codingPath + [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { try reader(key).decodeNil() }

    func decode<Model: Decodable>(_ type: Model.Type, forKey key: Key) throws -> Model {
        try reader(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try reader(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try reader(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        ValueDecoder(value: document["super"] ?? .null, codingPath: codingPath)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try reader(key) }
}

private struct UnkeyedReader: UnkeyedDecodingContainer {
    let elements: [DocumentValue]
    let codingPath: [any CodingKey]
    var currentIndex = 0

    init(elements: [DocumentValue], codingPath: [any CodingKey]) {
        self.elements = elements
        self.codingPath = codingPath
    }

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private mutating func next() throws -> ValueDecoder {
        let path = codingPath + [ElementKey(currentIndex)]
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                DocumentValue.self, .init(codingPath: path, debugDescription: "the array has no more elements"))
        }
        defer { currentIndex += 1 }
        return ValueDecoder(value: elements[currentIndex], codingPath: path)
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Model: Decodable>(_ type: Model.Type) throws -> Model { try next().decode(type) }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }

    mutating func superDecoder() throws -> any Decoder { try next() }
}
