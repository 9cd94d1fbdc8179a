/// Why a text is no JSON, and where. Lines and columns count from 1; a column is a byte of the line.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    public var message: String
    public var line: Int
    public var column: Int

    public var description: String { "line \(line), column \(column): \(message)" }
}

/// A strict RFC 8259 parser. Written here, and not Foundation's, because the API must keep 64-bit integers exact, say
/// where a text is broken, and report duplicate keys for `fieldValidation=Strict`.
struct JSONParser {
    /// Deeper texts are refused, so that no input exhausts the stack.
    static let maximumDepth = 512
    /// No more duplicates are reported, as by Kubernetes; each with the beginnings of its keys.
    static let maximumDuplicates = 100
    private static let reportedKey = 200

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0
    /// Paths of keys that occur twice in one object, such as `spec.replicas`.
    private(set) var duplicates: [String] = []
    private var path: [Step] = []

    private enum Step {
        case member(String)
        case index(Int)
    }

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func parseDocument() throws(JSONSyntaxError) -> JSON {
        let value = try parseValue()
        skipSpace()
        guard position == bytes.count else { throw error("unexpected text after the end of the value") }
        return value
    }

    private mutating func parseValue() throws(JSONSyntaxError) -> JSON {
        skipSpace()
        guard position < bytes.count else { throw error("unexpected end of the text") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONSyntaxError) in try parser.parseObject() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONSyntaxError) in try parser.parseArray() }
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        default:
            throw error("unexpected character '\(Character(UnicodeScalar(bytes[position])))', expected a value")
        }
    }

    private mutating func nested(
        _ parse: (inout JSONParser) throws(JSONSyntaxError) -> JSON
    ) throws(JSONSyntaxError) -> JSON {
        guard depth < Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth) levels") }
        depth += 1
        let value = try parse(&self)
        depth -= 1
        return value
    }

    private mutating func parseObject() throws(JSONSyntaxError) -> JSON {
        position += 1
        var members: [String: JSON] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw error("expected a key in double quotes")
            }
            let key = try parseString()
            skipSpace()
            guard take(UInt8(ascii: ":")) else {
                throw error("expected ':' after the key \"\(key.prefix(Self.reportedKey))\"")
            }
            path.append(.member(key))
            let value = try parseValue()
            if members.updateValue(value, forKey: key) != nil, duplicates.count < Self.maximumDuplicates {
                duplicates.append(pathText)
            }
            path.removeLast()
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw error("expected ',' or '}' in an object") }
        }
    }

    private mutating func parseArray() throws(JSONSyntaxError) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            path.append(.index(elements.count))
            elements.append(try parseValue())
            path.removeLast()
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw error("expected ',' or ']' in an array") }
        }
    }

    private mutating func parseString() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        var seen: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
                // Decoding is several times faster than validating, and ASCII needs no validation.
                guard
                    let string = seen < 0x80
                        ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
                else { throw error("a string that is not UTF-8") }
                position += 1
                return seen < 0x80 ? string : try check(string)
            }
            if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            seen |= byte
            position += 1
        }
        return try parseEscapedString(from: start)
    }

    private mutating func parseEscapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw error("a string that is not UTF-8")
                }
                return try check(string)
            case UInt8(ascii: "\\"): try parseEscape(into: &text)
            case 0..<0x20:
                position -= 1
                throw error("a control character in a string; write it as an escape")
            default: text.append(byte)
            }
        }
        throw error("a string without its closing quote")
    }

    /// Strings are hashed and compared as Unicode says, which takes quadratic time in a run of combining marks; texts
    /// have a few of them, and UAX #15 allows 30 in its stream-safe format.
    private static let maximumMarks = 256

    private func check(_ text: String) throws(JSONSyntaxError) -> String {
        // A mark has at least two bytes.
        guard text.utf8.count > 2 * Self.maximumMarks else { return text }
        var marks = 0
        for scalar in text.unicodeScalars {
            // The first mark of Unicode is U+0300.
            guard scalar.value >= 0x300, scalar.properties.canonicalCombiningClass != .notReordered else {
                marks = 0
                continue
            }
            marks += 1
            guard marks <= Self.maximumMarks else { throw error("a string with too many combining marks in a row") }
        }
        return text
    }

    private mutating func parseEscape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard position < bytes.count else { throw error("a string without its closing quote") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try parseHex()
            if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try parseHex()
                guard (0xDC00..<0xE000).contains(low) else { throw error("half of a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            let scalar = UnicodeScalar(code) ?? "\u{FFFD}"
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw error("unknown escape '\\\(Character(UnicodeScalar(byte)))'")
        }
    }

    private mutating func parseHex() throws(JSONSyntaxError) -> UInt32 {
        var code: UInt32 = 0
        for offset in 0..<4 {
            guard position + offset < bytes.count,
                let digit = Character(UnicodeScalar(bytes[position + offset])).hexDigitValue
            else { throw error("'\\u' needs four hexadecimal digits") }
            code = code << 4 | UInt32(digit)
        }
        position += 4
        return code
    }

    private mutating func parseNumber() throws(JSONSyntaxError) -> JSON {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        let firstDigit = position
        var value: Int64 = 0
        var fits = true
        while let digit {
            if fits {
                let (product, high) = value.multipliedReportingOverflow(by: 10)
                let (sum, low) = product.subtractingReportingOverflow(Int64(digit))
                fits = !high && !low
                value = sum
            }
            position += 1
        }
        let digits = position - firstDigit
        guard digits > 0, digits == 1 || bytes[firstDigit] != UInt8(ascii: "0") else { throw notNumber(start) }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try skipDigits(start)
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try skipDigits(start)
        }
        // Counted downwards, because the smallest integer has no positive counterpart.
        if isInteger, fits, isNegative || value != .min { return .int(isNegative ? value : -value) }
        guard let double = Double(String(decoding: bytes[start..<position], as: UTF8.self)), double.isFinite else {
            throw notNumber(start)
        }
        return .double(double)
    }

    private var digit: UInt8? {
        guard position < bytes.count else { return nil }
        let digit = bytes[position] &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }

    private mutating func skipDigits(_ start: Int) throws(JSONSyntaxError) {
        guard digit != nil else { throw notNumber(start) }
        while digit != nil { position += 1 }
    }

    private func notNumber(_ start: Int) -> JSONSyntaxError {
        let end = min(bytes.count, position + 1)
        return error("'\(String(decoding: bytes[start..<end], as: UTF8.self))' is no number")
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, word.description.utf8.elementsEqual(bytes[position..<end]) else {
            throw error("unexpected word, expected \(word)")
        }
        position = end
        return value
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private var pathText: String {
        path.reduce(into: "") { text, step in
            switch step {
            case .member(let key):
                if !text.isEmpty { text += "." }
                text.unicodeScalars.append(contentsOf: key.unicodeScalars.prefix(Self.reportedKey))
            case .index(let index): text += "[\(index)]"
            }
        }
    }

    private func error(_ message: String) -> JSONSyntaxError {
        let before = bytes[0..<min(position, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONSyntaxError(message: message, line: line, column: before.count - lineStart + 1)
    }
}

extension JSON {
    /// Parses one JSON text.
    /// - Throws: `JSONSyntaxError` with line and column.
    public init(parsing bytes: some Sequence<UInt8>) throws(JSONSyntaxError) {
        self = try JSON.parse(bytes).value
    }

    public init(parsing text: String) throws(JSONSyntaxError) {
        self = try JSON.parse(text.utf8).value
    }

    /// Parses one JSON text; `duplicates` are the paths of keys that occur twice in one object (the last value wins).
    public static func parse(
        _ bytes: some Sequence<UInt8>
    ) throws(JSONSyntaxError) -> (value: JSON, duplicates: [String]) {
        if let result = bytes.withContiguousStorageIfAvailable(parse(buffer:)) { return try result.get() }
        return try ContiguousArray(bytes).withUnsafeBufferPointer(parse(buffer:)).get()
    }

    private static func parse(
        buffer: UnsafeBufferPointer<UInt8>
    ) -> Result<(value: JSON, duplicates: [String]), JSONSyntaxError> {
        var parser = JSONParser(buffer)
        do throws(JSONSyntaxError) {
            let value = try parser.parseDocument()
            return .success((value, parser.duplicates))
        } catch {
            return .failure(error)
        }
    }
}
