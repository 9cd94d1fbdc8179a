import Foundation

/// MongoDB's extended JSON in its relaxed form: how documents lie in SQLite, in backups and on the screen.
///
/// Numbers are plain JSON numbers (a double always with a point or an exponent, so that it stays one); dates are
/// `{"$date":"2026-11-25T16:41:11.123Z"}`, always with three digits of the fraction, so that their text sorts as they
/// do. No white space.
enum ExtendedJSON {
    static func encode(_ value: DocumentValue) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        append(value, to: &bytes)
        return bytes
    }

    static func text(_ document: Document) -> String { String(decoding: encode(.document(document)), as: UTF8.self) }

    static func append(_ value: DocumentValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .int(let value): bytes.append(contentsOf: String(value).utf8)
        case .double(let value): append(value, to: &bytes)
        case .string(let value): append(value, to: &bytes)
        case .date(let value) where DateText.range.contains(value):
            bytes.append(contentsOf: #"{"$date":""#.utf8)
            DateText.append(value, to: &bytes)
            bytes.append(contentsOf: #""}"#.utf8)
        case .date(let value): bytes.append(contentsOf: #"{"$date":{"$numberLong":"\#(value)"}}"#.utf8)
        case .objectID(let value): bytes.append(contentsOf: #"{"$oid":"\#(value)"}"#.utf8)
        case .binary(let value):
            let text = Data(value).base64EncodedString()
            bytes.append(contentsOf: #"{"$binary":{"base64":"\#(text)","subType":"00"}}"#.utf8)
        case .timestamp(let value):
            bytes.append(contentsOf: #"{"$timestamp":{"t":\#(value >> 32),"i":\#(value & 0xFFFF_FFFF)}}"#.utf8)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .document(let document):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for (name, value) in document {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                append(name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                append(value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value.isFinite else {
            let name = value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
            return bytes.append(contentsOf: #"{"$numberDouble":"\#(name)"}"#.utf8)
        }
        bytes.append(contentsOf: value.description.utf8)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
            case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
            case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
            case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// - Throws: `ExtendedJSONError`.
    static func decode(_ text: some StringProtocol) throws(ExtendedJSONError) -> DocumentValue {
        var text = String(text)
        let result = text.withUTF8 { bytes in
            Result { () throws(ExtendedJSONError) in
                var parser = ExtendedJSONParser(bytes)
                return try parser.parse()
            }
        }
        return try result.get()
    }

    /// - Throws: `ExtendedJSONError`, also when the text is JSON but no object.
    static func document(_ text: some StringProtocol) throws(ExtendedJSONError) -> Document {
        guard case .document(let document) = try decode(text) else {
            throw ExtendedJSONError(reason: "no JSON object", offset: 0)
        }
        return document
    }
}

/// Why a text is no extended JSON, and at which byte.
struct ExtendedJSONError: Error, CustomStringConvertible {
    var reason: String
    var offset: Int

    var description: String { "byte \(offset): \(reason)" }
}
