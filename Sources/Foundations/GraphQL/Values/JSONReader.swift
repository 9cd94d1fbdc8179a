/// Reads JSON into a ``GraphQLValue``. Of a member that occurs twice the last value counts.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth: Int

    static func read(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int) -> Result<GraphQLValue, JSONError> {
        var reader = JSONReader(bytes: bytes, depth: depth)
        do throws(JSONError) {
            let value = try reader.value()
            reader.skipSpace()
            guard reader.index == bytes.count else { throw reader.failure("something follows the value") }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }

    private func failure(_ reason: String) -> JSONError { JSONError(reason: reason, offset: index) }

    private var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> GraphQLValue {
        skipSpace()
        guard index < bytes.count else { throw failure("the text ends where a value should be") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("unexpected character")
        }
    }

    private mutating func word(_ word: StaticString, _ value: GraphQLValue) throws(JSONError) -> GraphQLValue {
        let length = word.utf8CodeUnitCount
        guard index + length <= bytes.count else { throw failure("unexpected character") }
        for position in 0..<length where bytes[index + position] != word.utf8Start[position] {
            throw failure("unexpected character")
        }
        index += length
        return value
    }

    private mutating func enter() throws(JSONError) {
        guard depth > 0 else { throw failure("nested too deeply") }
        depth -= 1
        index += 1
        skipSpace()
    }

    private mutating func list() throws(JSONError) -> GraphQLValue {
        try enter()
        defer { depth += 1 }
        var items: [GraphQLValue] = []
        if current == UInt8(ascii: "]") {
            index += 1
            return .list(items)
        }
        while true {
            items.append(try value())
            skipSpace()
            defer { index += 1 }
            if current == UInt8(ascii: "]") { return .list(items) }
            guard current == UInt8(ascii: ",") else { throw failure("expected ',' or ']'") }
        }
    }

    private mutating func object() throws(JSONError) -> GraphQLValue {
        try enter()
        defer { depth += 1 }
        var members: [(String, GraphQLValue)] = []
        var positions: [String: Int] = [:]
        if current == UInt8(ascii: "}") {
            index += 1
            return .object([:])
        }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("expected a member's name") }
            let key = try string()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw failure("expected ':'") }
            index += 1
            let value = try value()
            if let position = positions.updateValue(members.count, forKey: key) {
                positions[key] = position
                members[position].1 = value
            } else {
                members.append((key, value))
            }
            skipSpace()
            defer { index += 1 }
            if current == UInt8(ascii: "}") { return .object(GraphQLObject(uniqueKeysWithValues: members)) }
            guard current == UInt8(ascii: ",") else { throw failure("expected ',' or '}'") }
        }
    }

    private mutating func number() throws(JSONError) -> GraphQLValue {
        let start = index
        var isWhole = true
        if current == UInt8(ascii: "-") { index += 1 }
        if current == UInt8(ascii: "0") { index += 1 } else { try digits() }
        if current == UInt8(ascii: ".") {
            isWhole = false
            index += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        if isWhole, let number = Int(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else { throw failure("a number is out of range") }
        return .double(number)
    }

    private mutating func digits() throws(JSONError) {
        guard Lexer.isDigit(current) else { throw failure("expected a digit") }
        while Lexer.isDigit(current) { index += 1 }
    }

    private mutating func string() throws(JSONError) -> String {
        index += 1
        var chunk = index
        var text = ""
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let rest = try decode(chunk..<index)
                index += 1
                if !text.isEmpty { text += rest }
                let whole = text.isEmpty ? rest : text
                guard !CombiningMarks.areTooMany(in: whole) else { throw failure("too many combining marks in a row") }
                return whole
            case UInt8(ascii: "\\"):
                text += try decode(chunk..<index)
                text.unicodeScalars.append(try escape())
                chunk = index
            case 0..<0x20: throw failure("a control character in a string")
            default: index += 1
            }
        }
        throw failure("a string does not end")
    }

    private func decode(_ range: Range<Int>) throws(JSONError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else { throw failure("not UTF-8") }
        return text
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        index += 1
        let byte = current
        index += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw failure("an unknown escape")
        }
        let high = try hex()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, current == UInt8(ascii: "\\") else { return "\u{FFFD}" }
        index += 1
        guard current == UInt8(ascii: "u") else {
            index -= 1
            return "\u{FFFD}"
        }
        index += 1
        let low = try hex()
        guard (0xDC00...0xDFFF).contains(low) else { return Unicode.Scalar(low) ?? "\u{FFFD}" }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hex() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else { throw failure("expected hex") }
            code = code << 4 | UInt32(digit)
            index += 1
        }
        return code
    }
}
