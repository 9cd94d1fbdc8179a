import Foundation

/// A strict JSON parser (RFC 8259) that turns extended JSON's `$` objects into values. It keeps 64-bit integers exact
/// and the order of fields.
struct ExtendedJSONParser {
    /// Deeper than any document that the store takes; keeps bad input from exhausting the stack.
    private static let maximumDepth = 128

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func parse() throws(ExtendedJSONError) -> DocumentValue {
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw failure("more text after the value") }
        return value
    }

    private func failure(_ reason: String) -> ExtendedJSONError { ExtendedJSONError(reason: reason, offset: position) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(ExtendedJSONError) -> DocumentValue {
        skipSpace()
        guard let byte = next else { throw failure("the text ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: DocumentValue) throws(ExtendedJSONError) -> DocumentValue
    {
        for offset in 0..<word.utf8CodeUnitCount {
            guard next == word.utf8Start[offset] else { throw failure("unknown word") }
            position += 1
        }
        return value
    }

    private mutating func enter() throws(ExtendedJSONError) {
        position += 1
        depth += 1
        guard depth <= Self.maximumDepth else { throw failure("deeper than \(Self.maximumDepth) levels") }
    }

    private mutating func array() throws(ExtendedJSONError) -> DocumentValue {
        try enter()
        var elements: [DocumentValue] = []
        skipSpace()
        if !take(UInt8(ascii: "]")) {
            while true {
                elements.append(try value())
                skipSpace()
                if take(UInt8(ascii: "]")) { break }
                guard take(UInt8(ascii: ",")) else { throw failure("neither ',' nor ']' after an element") }
            }
        }
        depth -= 1
        return .array(elements)
    }

    private mutating func object() throws(ExtendedJSONError) -> DocumentValue {
        try enter()
        let start = position
        var document = Document()
        skipSpace()
        if !take(UInt8(ascii: "}")) {
            while true {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw failure("no name of a field") }
                let name = try string()
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw failure("no ':' after a name") }
                document[name] = try value()
                skipSpace()
                if take(UInt8(ascii: "}")) { break }
                guard take(UInt8(ascii: ",")) else { throw failure("neither ',' nor '}' after a field") }
            }
        }
        depth -= 1
        guard let first = document.firstName, first.utf8.first == UInt8(ascii: "$") else {
            return .document(document)
        }
        guard let value = Self.typed(first, document) else {
            throw ExtendedJSONError(reason: "a \(first) object of a form that is not known", offset: start)
        }
        return value
    }

    private static func typed(_ name: String, _ document: Document) -> DocumentValue? {
        guard document.count == 1, let content = document[name] else { return nil }
        switch name {
        case "$oid": return content.string.flatMap { ObjectID($0) }.map(DocumentValue.objectID)
        case "$date":
            if let text = content.string { return DateText.parse(text).map(DocumentValue.date) }
            return content.int.map(DocumentValue.date)
        case "$numberLong", "$numberInt": return content.string.flatMap { Int64($0) }.map(DocumentValue.int)
        case "$numberDouble": return content.string.flatMap { Double($0) }.map(DocumentValue.double)
        case "$binary":
            let text = content.document?["base64"]?.string
            return text.flatMap { Data(base64Encoded: $0) }.map { .binary(Array($0)) }
        case "$timestamp":
            guard let seconds = content.document?["t"]?.int, let counter = content.document?["i"]?.int,
                let high = UInt32(exactly: seconds), let low = UInt32(exactly: counter)
            else { return nil }
            return .timestamp(UInt64(high) << 32 | UInt64(low))
        default: return nil
        }
    }

    private mutating func number() throws(ExtendedJSONError) -> DocumentValue {
        let start = position
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        if isWhole, let value = Int64(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else {
            position = start
            throw failure("a number that is out of range")
        }
        return .double(value)
    }

    private mutating func digits() throws(ExtendedJSONError) {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw failure("no value") }
    }

    private mutating func string() throws(ExtendedJSONError) -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        let plain = UnsafeBufferPointer(rebasing: bytes[start..<position])
        if take(UInt8(ascii: "\"")) { return String(decoding: plain, as: UTF8.self) }
        var text = Array(plain)
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw failure("a control character in a string")
            default: text.append(byte)
            }
        }
        throw failure("a string without end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(ExtendedJSONError) {
        guard let byte = next else { throw failure("a string without end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            // The second half of a pair; a half without the other becomes U+FFFD.
            let after = position
            if (0xD800..<0xDC00).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")),
                case let low = try hexadecimal(), (0xDC00..<0xE000).contains(low)
            {
                code = (code - 0xD800) << 10 + (low - 0xDC00) + 0x10000
            } else {
                position = after
            }
            text.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: throw failure("an unknown escape in a string")
        }
    }

    private mutating func hexadecimal() throws(ExtendedJSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next else { throw failure("a string without end") }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("no hexadecimal digits after \\u")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
