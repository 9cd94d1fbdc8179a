extension Lexer {
    /// A string in single quotation marks, unescaped.
    mutating func string(from start: Int) throws(GraphQLError) -> Token {
        var index = start + 1
        var chunk = index
        var value = ""
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                value = value.isEmpty ? text(chunk..<index) : value + text(chunk..<index)
                try check(value, at: start)
                position = index + 1
                return Token(kind: .string, start: start, end: position, string: value)
            case UInt8(ascii: "\\"):
                value += text(chunk..<index)
                let (scalar, size) = try escape(at: index)
                value.unicodeScalars.append(scalar)
                index += size
                chunk = index
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw failure("Unterminated string.", at: index)
            default:
                index += 1
            }
        }
        throw failure("Unterminated string.", at: bytes.count)
    }

    private func check(_ value: String, at offset: Int) throws(GraphQLError) {
        guard CombiningMarks.areTooMany(in: value) else { return }
        throw failure("Too many combining marks in a row.", at: offset)
    }

    private func escape(at offset: Int) throws(GraphQLError) -> (Unicode.Scalar, size: Int) {
        switch byte(at: offset + 1) {
        case UInt8(ascii: "\""): return ("\"", 2)
        case UInt8(ascii: "\\"): return ("\\", 2)
        case UInt8(ascii: "/"): return ("/", 2)
        case UInt8(ascii: "b"): return ("\u{8}", 2)
        case UInt8(ascii: "f"): return ("\u{C}", 2)
        case UInt8(ascii: "n"): return ("\n", 2)
        case UInt8(ascii: "r"): return ("\r", 2)
        case UInt8(ascii: "t"): return ("\t", 2)
        case UInt8(ascii: "u"):
            return byte(at: offset + 2) == UInt8(ascii: "{")
                ? try variableWidthEscape(at: offset) : try fixedWidthEscape(at: offset)
        default: throw failure("Invalid character escape sequence.", at: offset)
        }
    }

    private func hexDigit(at offset: Int) -> UInt32? {
        let byte = byte(at: offset)
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return UInt32(byte - UInt8(ascii: "A") + 10)
        default: return nil
        }
    }

    private func variableWidthEscape(at offset: Int) throws(GraphQLError) -> (Unicode.Scalar, size: Int) {
        var index = offset + 3
        var point: UInt32 = 0
        while index < offset + 12 {
            if byte(at: index) == UInt8(ascii: "}") {
                guard index > offset + 3, let scalar = Unicode.Scalar(point) else { break }
                return (scalar, index + 1 - offset)
            }
            guard let digit = hexDigit(at: index), point <= 0xFFF_FFFF else { break }
            point = point << 4 | digit
            index += 1
        }
        throw failure("Invalid Unicode escape sequence.", at: offset)
    }

    private func code(at offset: Int) -> UInt32? {
        var code: UInt32 = 0
        for index in offset..<offset + 4 {
            guard let digit = hexDigit(at: index) else { return nil }
            code = code << 4 | digit
        }
        return code
    }

    private func fixedWidthEscape(at offset: Int) throws(GraphQLError) -> (Unicode.Scalar, size: Int) {
        guard let code = code(at: offset + 2) else { throw failure("Invalid Unicode escape sequence.", at: offset) }
        if let scalar = Unicode.Scalar(code) { return (scalar, 6) }
        // JSON writes characters outside the basic plane as two escapes; only a whole pair is a character.
        if (0xD800...0xDBFF).contains(code), byte(at: offset + 6) == UInt8(ascii: "\\"),
            byte(at: offset + 7) == UInt8(ascii: "u"), let low = self.code(at: offset + 8),
            (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (code - 0xD800) << 10 + (low - 0xDC00))
        {
            return (scalar, 12)
        }
        throw failure("Invalid Unicode escape sequence.", at: offset)
    }

    /// A block string, its common indentation removed.
    mutating func blockString(from start: Int) throws(GraphQLError) -> Token {
        var index = start + 3
        var chunk = index
        var line: [UInt8] = []
        var lines: [[UInt8]] = []
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\"") where isTripleQuote(at: index):
                line.append(contentsOf: bytes[chunk..<index])
                lines.append(line)
                position = index + 3
                let value = BlockString.value(ofLines: lines)
                try check(value, at: start)
                return Token(kind: .blockString, start: start, end: position, string: value)
            case UInt8(ascii: "\\") where isTripleQuote(at: index + 1):
                line.append(contentsOf: bytes[chunk..<index])
                chunk = index + 1
                index += 4
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                line.append(contentsOf: bytes[chunk..<index])
                lines.append(line)
                line = []
                index += bytes[index] == UInt8(ascii: "\r") && byte(at: index + 1) == UInt8(ascii: "\n") ? 2 : 1
                chunk = index
            default:
                index += 1
            }
        }
        throw failure("Unterminated string.", at: bytes.count)
    }

    private func isTripleQuote(at offset: Int) -> Bool {
        byte(at: offset) == UInt8(ascii: "\"") && byte(at: offset + 1) == UInt8(ascii: "\"")
            && byte(at: offset + 2) == UInt8(ascii: "\"")
    }
}
