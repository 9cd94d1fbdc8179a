/// The lexical tokens of section 2.1.6 of the specification.
enum TokenKind: UInt8, Sendable {
    case endOfFile, bang, dollar, ampersand, parenOpen, parenClose, spread, colon, equals, at
    case bracketOpen, bracketClose, braceOpen, pipe, braceClose
    case name, int, float, string, blockString

    /// As messages name it.
    var label: String {
        switch self {
        case .endOfFile: "<EOF>"
        case .bang: "'!'"
        case .dollar: "'$'"
        case .ampersand: "'&'"
        case .parenOpen: "'('"
        case .parenClose: "')'"
        case .spread: "'...'"
        case .colon: "':'"
        case .equals: "'='"
        case .at: "'@'"
        case .bracketOpen: "'['"
        case .bracketClose: "']'"
        case .braceOpen: "'{'"
        case .pipe: "'|'"
        case .braceClose: "'}'"
        case .name: "Name"
        case .int: "Int"
        case .float: "Float"
        case .string: "String"
        case .blockString: "BlockString"
        }
    }
}

/// A token and the bytes it stands on.
struct Token {
    var kind: TokenKind
    var start: Int
    var end: Int
    /// The value of a string; names and numbers are read from the bytes when they are wanted.
    var string = ""
}
