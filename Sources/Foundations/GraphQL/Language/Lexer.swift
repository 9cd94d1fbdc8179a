/// Cuts a document into tokens, over its UTF-8 bytes. Section 2.1 of the specification.
///
/// The bytes must outlive the lexer; the parser holds both inside one closure.
struct Lexer {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    func failure(_ message: String, at offset: Int) -> GraphQLError {
        GraphQLError(
            "Syntax Error: \(message)", code: .parseFailed, locations: [SourceLocation(offset: offset, in: bytes)])
    }

    /// The character at a place, as messages show it.
    func character(at offset: Int) -> String {
        guard offset < bytes.count else { return "<EOF>" }
        var end = offset + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        guard let scalar = text(offset..<end).unicodeScalars.first else { return "<EOF>" }
        if (0x20...0x7E).contains(scalar.value) { return "'\(scalar)'" }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The next token; after the last one, `endOfFile` again and again.
    mutating func next() throws(GraphQLError) -> Token {
        while position < bytes.count {
            let start = position
            switch bytes[start] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                position += 1
            case 0xEF where byte(at: start + 1) == 0xBB && byte(at: start + 2) == 0xBF:
                position += 3
            case UInt8(ascii: "#"):
                skipComment()
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                return name(from: start)
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                return try number(from: start)
            case UInt8(ascii: "\""):
                if byte(at: start + 1) == UInt8(ascii: "\""), byte(at: start + 2) == UInt8(ascii: "\"") {
                    return try blockString(from: start)
                }
                return try string(from: start)
            case UInt8(ascii: "."):
                guard byte(at: start + 1) == UInt8(ascii: "."), byte(at: start + 2) == UInt8(ascii: ".") else {
                    throw failure("Unexpected character: '.'.", at: start)
                }
                position += 3
                return Token(kind: .spread, start: start, end: position)
            case let byte:
                guard let kind = Self.punctuator(byte) else { throw unexpectedCharacter(at: start) }
                position += 1
                return Token(kind: kind, start: start, end: position)
            }
        }
        return Token(kind: .endOfFile, start: bytes.count, end: bytes.count)
    }

    private func unexpectedCharacter(at offset: Int) -> GraphQLError {
        if bytes[offset] == UInt8(ascii: "'") {
            return failure("Unexpected single quote; strings are written in double quotes (\").", at: offset)
        }
        return failure("Unexpected character: \(character(at: offset)).", at: offset)
    }

    private static func punctuator(_ byte: UInt8) -> TokenKind? {
        switch byte {
        case UInt8(ascii: "{"): .braceOpen
        case UInt8(ascii: "}"): .braceClose
        case UInt8(ascii: "("): .parenOpen
        case UInt8(ascii: ")"): .parenClose
        case UInt8(ascii: ":"): .colon
        case UInt8(ascii: "!"): .bang
        case UInt8(ascii: "$"): .dollar
        case UInt8(ascii: "="): .equals
        case UInt8(ascii: "@"): .at
        case UInt8(ascii: "["): .bracketOpen
        case UInt8(ascii: "]"): .bracketClose
        case UInt8(ascii: "&"): .ampersand
        case UInt8(ascii: "|"): .pipe
        default: nil
        }
    }

    private mutating func skipComment() {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n"), bytes[position] != UInt8(ascii: "\r") {
            position += 1
        }
    }

    static func isNameStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func name(from start: Int) -> Token {
        var end = start + 1
        while end < bytes.count, Self.isNameStart(bytes[end]) || Self.isDigit(bytes[end]) { end += 1 }
        position = end
        return Token(kind: .name, start: start, end: end)
    }

    private mutating func number(from start: Int) throws(GraphQLError) -> Token {
        var end = start
        var kind = TokenKind.int
        if byte(at: end) == UInt8(ascii: "-") { end += 1 }
        if byte(at: end) == UInt8(ascii: "0") {
            end += 1
            if Self.isDigit(byte(at: end)) {
                throw failure("Invalid number, unexpected digit after 0: \(character(at: end)).", at: end)
            }
        } else {
            end = try digits(from: end)
        }
        if byte(at: end) == UInt8(ascii: ".") {
            kind = .float
            end = try digits(from: end + 1)
        }
        if byte(at: end) == UInt8(ascii: "e") || byte(at: end) == UInt8(ascii: "E") {
            kind = .float
            end += 1
            if byte(at: end) == UInt8(ascii: "+") || byte(at: end) == UInt8(ascii: "-") { end += 1 }
            end = try digits(from: end)
        }
        if byte(at: end) == UInt8(ascii: ".") || Self.isNameStart(byte(at: end)) {
            throw failure("Invalid number, expected digit but got: \(character(at: end)).", at: end)
        }
        position = end
        return Token(kind: kind, start: start, end: end)
    }

    private func digits(from start: Int) throws(GraphQLError) -> Int {
        guard Self.isDigit(byte(at: start)) else {
            throw failure("Invalid number, expected digit but got: \(character(at: start)).", at: start)
        }
        var end = start + 1
        while Self.isDigit(byte(at: end)) { end += 1 }
        return end
    }
}
