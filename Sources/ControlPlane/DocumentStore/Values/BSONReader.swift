/// Reads BSON from the front of a buffer. Every length is checked against what is there.
struct BSONReader {
    private static let maximumDepth = 200

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var depth = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func document(path: String) throws(BSONError) -> Document {
        var document = Document()
        try fields(path: path) { name, value in document[name] = value }
        return document
    }

    private mutating func fields(path: String, _ body: (String, DocumentValue) -> Void) throws(BSONError) {
        let start = position
        let length = Int(try integer(Int32.self, path))
        guard length >= 5, start + length <= bytes.count else { throw BSONError(reason: "cut short", path: path) }
        depth += 1
        guard depth <= Self.maximumDepth else { throw BSONError(reason: "nested too deeply", path: path) }
        defer { depth -= 1 }
        while true {
            let type = try byte(path)
            guard type != 0 else { break }
            let name = try terminated(path)
            body(name, try value(type, path: path.isEmpty ? name : "\(path).\(name)"))
        }
        guard position == start + length else { throw BSONError(reason: "its length is wrong", path: path) }
    }

    private mutating func value(_ type: UInt8, path: String) throws(BSONError) -> DocumentValue {
        switch type {
        case 0x01: return .double(Double(bitPattern: try integer(UInt64.self, path)))
        case 0x02: return .string(try string(path))
        case 0x03: return .document(try document(path: path))
        case 0x04:
            var elements: [DocumentValue] = []
            try fields(path: path) { _, value in elements.append(value) }
            return .array(elements)
        case 0x05:
            let length = Int(try integer(Int32.self, path))
            _ = try byte(path)
            return .binary(Array(try take(length, path)))
        case 0x07:
            guard let id = ObjectID(bytes: try take(12, path)) else { throw BSONError(reason: "cut short", path: path) }
            return .objectID(id)
        case 0x08: return .bool(try byte(path) != 0)
        case 0x09: return .date(try integer(Int64.self, path))
        case 0x06, 0x0A: return .null
        case 0x10: return .int(Int64(try integer(Int32.self, path)))
        case 0x11: return .timestamp(try integer(UInt64.self, path))
        case 0x12: return .int(try integer(Int64.self, path))
        default:
            throw BSONError(reason: "its BSON type 0x\(String(type, radix: 16)) is not supported", path: path)
        }
    }

    private mutating func take(_ count: Int, _ path: String) throws(BSONError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - position else { throw BSONError(reason: "cut short", path: path) }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    private mutating func byte(_ path: String) throws(BSONError) -> UInt8 { try take(1, path)[0] }

    private mutating func integer<Number: FixedWidthInteger>(
        _: Number.Type, _ path: String
    ) throws(BSONError) -> Number {
        Number(littleEndian: try take(MemoryLayout<Number>.size, path).loadUnaligned(as: Number.self))
    }

    private mutating func string(_ path: String) throws(BSONError) -> String {
        let length = Int(try integer(Int32.self, path))
        guard length >= 1 else { throw BSONError(reason: "a string of negative length", path: path) }
        return String(decoding: try take(length, path).dropLast(), as: UTF8.self)
    }

    private mutating func terminated(_ path: String) throws(BSONError) -> String {
        let start = position
        while try byte(path) != 0 {}
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }
}
