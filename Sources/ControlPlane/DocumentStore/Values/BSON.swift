/// Documents as BSON (bsonspec.org, version 1.1), little-endian whatever the machine.
enum BSON {
    static func encode(_ document: Document) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        append(document.lazy.map { ($0.name, $0.value) }, to: &bytes)
        return bytes
    }

    private static func append(_ fields: some Sequence<(String, DocumentValue)>, to bytes: inout [UInt8]) {
        let start = bytes.count
        append(Int32(0), to: &bytes)
        for (name, value) in fields {
            let tag = bytes.count
            bytes.append(0)
            bytes.append(contentsOf: name.utf8)
            bytes.append(0)
            bytes[tag] = append(value, to: &bytes)
        }
        bytes.append(0)
        let length = UInt32(truncatingIfNeeded: bytes.count - start)
        for offset in 0..<4 { bytes[start + offset] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(offset))) }
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends the value and returns its type.
    private static func append(_ value: DocumentValue, to bytes: inout [UInt8]) -> UInt8 {
        switch value {
        case .null: return 0x0A
        case .bool(let value):
            bytes.append(value ? 1 : 0)
            return 0x08
        case .int(let value):
            append(value, to: &bytes)
            return 0x12
        case .double(let value):
            append(value.bitPattern, to: &bytes)
            return 0x01
        case .string(let value):
            append(Int32(truncatingIfNeeded: value.utf8.count + 1), to: &bytes)
            bytes.append(contentsOf: value.utf8)
            bytes.append(0)
            return 0x02
        case .date(let value):
            append(value, to: &bytes)
            return 0x09
        case .objectID(let value):
            bytes.append(contentsOf: value.bytes)
            return 0x07
        case .binary(let value):
            append(Int32(truncatingIfNeeded: value.count), to: &bytes)
            bytes.append(0)
            bytes.append(contentsOf: value)
            return 0x05
        case .timestamp(let value):
            append(value, to: &bytes)
            return 0x11
        case .array(let elements):
            append(elements.enumerated().lazy.map { (String($0.offset), $0.element) }, to: &bytes)
            return 0x04
        case .document(let document):
            append(document.lazy.map { ($0.name, $0.value) }, to: &bytes)
            return 0x03
        }
    }

    /// - Throws: `BSONError` for bytes that are cut, broken, or hold a type that `DocumentValue` has not.
    static func decode(_ bytes: UnsafeRawBufferPointer) throws(BSONError) -> Document {
        var reader = BSONReader(bytes)
        return try reader.document(path: "")
    }

    static func decode(_ bytes: [UInt8]) throws(BSONError) -> Document {
        let result = bytes.withUnsafeBytes { pointer in Result { () throws(BSONError) in try decode(pointer) } }
        return try result.get()
    }
}

/// Why bytes are no BSON that the store understands, and in which field.
struct BSONError: Error, CustomStringConvertible {
    var reason: String
    var path: String

    var description: String { path.isEmpty ? reason : "field '\(path)': \(reason)" }
}
