import KubernetesAPI

/// Why a template is no template, in words for its author.
struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    var message: String
    var description: String { message }
}

/// A piece of a parsed template.
indirect enum TemplateNode: Sendable, Hashable {
    case text(String)
    /// `{{ pipeline }}` and its source.
    case output(TemplatePipeline, source: String)
    case assign(String, TemplatePipeline)
    case conditional(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case with(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case range(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
}

/// Commands joined by `|`: each gets the value of the one before as its last argument.
struct TemplatePipeline: Sendable, Hashable {
    var commands: [[TemplateOperand]]
}

indirect enum TemplateOperand: Sendable, Hashable {
    case literal(JSON)
    /// `.`, `.a.b`
    case field([String])
    /// `$name.a.b`; `$` alone is the root.
    case variable(String, [String])
    /// `(pipeline).a.b`
    case group(TemplatePipeline, [String])
    case function(String)
}

/// The words of one action.
enum TemplateToken: Sendable, Hashable {
    case word(String)
    /// `.a.b` directly after something closes a group; the flag says that no space stood before it.
    case field([String], isAttached: Bool)
    case variable(String)
    case literal(JSON)
    case open, close, pipe, assign

    static func tokens(of action: String) throws(TemplateError) -> [TemplateToken] {
        var lexer = TemplateLexer(action)
        return try lexer.run()
    }
}

private struct TemplateLexer {
    let characters: [Character]
    var position = 0
    var tokens: [TemplateToken] = []

    init(_ text: String) { characters = Array(text) }

    mutating func run() throws(TemplateError) -> [TemplateToken] {
        while position < characters.count {
            let character = characters[position]
            switch character {
            case _ where character.isWhitespace: position += 1
            case "(": add(.open)
            case ")": add(.close)
            case "|": add(.pipe)
            case ":", "=":
                position += character == ":" ? 2 : 1
                tokens.append(.assign)
            case "\"": tokens.append(.literal(.string(try quoted())))
            case "`": tokens.append(.literal(.string(try raw())))
            case ".":
                let isAttached = position > 0 && !characters[position - 1].isWhitespace
                tokens.append(.field(try fields(), isAttached: isAttached))
            case "$":
                position += 1
                tokens.append(.variable(name()))
            case _ where character.isNumber || character == "-": tokens.append(.literal(try number()))
            case _ where character.isLetter || character == "_": tokens.append(word(name()))
            default: throw TemplateError(message: "unexpected '\(character)' in an action")
            }
        }
        return tokens
    }

    private mutating func add(_ token: TemplateToken) {
        tokens.append(token)
        position += 1
    }

    private func word(_ name: String) -> TemplateToken {
        switch name {
        case "true": .literal(true)
        case "false": .literal(false)
        case "nil": .literal(.null)
        default: .word(name)
        }
    }

    private mutating func name() -> String {
        let start = position
        while position < characters.count,
            characters[position].isLetter || characters[position].isNumber || characters[position] == "_"
        { position += 1 }
        return String(characters[start..<position])
    }

    private mutating func fields() throws(TemplateError) -> [String] {
        var names: [String] = []
        while position < characters.count, characters[position] == "." {
            position += 1
            let field = name()
            if field.isEmpty {
                guard names.isEmpty else { throw TemplateError(message: "a field name is missing after '.'") }
                return []
            }
            names.append(field)
        }
        if position < characters.count, characters[position] == "-" {
            throw TemplateError(
                message:
                    "a name with '-' cannot be written as a field; write (index . \"\(names.last ?? "")-…\") instead")
        }
        return names
    }

    private mutating func quoted() throws(TemplateError) -> String {
        position += 1
        var text = ""
        while position < characters.count {
            let character = characters[position]
            position += 1
            if character == "\"" { return text }
            guard character == "\\", position < characters.count else {
                text.append(character)
                continue
            }
            switch characters[position] {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case let other: text.append(other)
            }
            position += 1
        }
        throw TemplateError(message: "a string without its closing quote")
    }

    private mutating func raw() throws(TemplateError) -> String {
        position += 1
        guard let end = characters[position...].firstIndex(of: "`") else {
            throw TemplateError(message: "a raw string without its closing quote")
        }
        defer { position = end + 1 }
        return String(characters[position..<end])
    }

    private mutating func number() throws(TemplateError) -> JSON {
        let start = position
        position += 1
        while position < characters.count, characters[position].isNumber || characters[position] == "." {
            position += 1
        }
        let text = String(characters[start..<position])
        if let value = Int64(text) { return .int(value) }
        guard let value = Double(text) else { throw TemplateError(message: "'\(text)' is no number") }
        return .double(value)
    }
}
