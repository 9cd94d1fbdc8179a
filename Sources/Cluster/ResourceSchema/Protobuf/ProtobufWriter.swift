/// Writes protobuf messages: fields in the order they are added.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ field: Int, _ text: String) {
        append(field, Array(text.utf8))
    }

    mutating func append(_ field: Int, _ content: [UInt8]) {
        appendVarint(UInt64(field) << 3 | 2)
        appendVarint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    mutating func append(_ field: Int, _ message: (inout ProtobufWriter) -> Void) {
        var nested = ProtobufWriter()
        message(&nested)
        append(field, nested.bytes)
    }

    mutating func append(_ field: Int, _ value: Bool) {
        append(field, UInt64(value ? 1 : 0))
    }

    mutating func append(_ field: Int, _ value: UInt64) {
        appendVarint(UInt64(field) << 3)
        appendVarint(value)
    }

    mutating func append(_ field: Int, _ value: Double) {
        appendVarint(UInt64(field) << 3 | 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
