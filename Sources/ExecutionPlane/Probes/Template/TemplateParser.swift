import KubernetesAPI

/// Parses Go's text/template: actions, pipelines, variables, `if`, `with`, `range`, comments and trim markers.
struct TemplateParser {
    private enum Piece {
        case text(String)
        case action(String, source: String)
    }

    /// How a list of nodes ended.
    private enum Ending: Equatable {
        case end
        /// `else`, with the rest of the action (`if …` for `else if`).
        case otherwise(String)
        case document
    }

    private var pieces: ArraySlice<Piece>

    static func parse(_ text: String) throws(TemplateError) -> [TemplateNode] {
        var parser = TemplateParser(pieces: try split(text)[...])
        let (nodes, ending) = try parser.nodes()
        guard ending == .document else { throw TemplateError(message: "an 'end' or 'else' without 'if'") }
        return nodes
    }

    private static func split(_ text: String) throws(TemplateError) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        var trimsNext = false
        while let open = rest.firstRange(of: "{{") {
            var before = String(rest[..<open.lowerBound])
            if trimsNext { before = String(before.drop(while: \.isWhitespace)) }
            rest = rest[open.upperBound...]
            if rest.hasPrefix("- ") || rest.hasPrefix("-\n") {
                before = String(before.reversed().drop(while: \.isWhitespace).reversed())
            }
            guard let close = endOfAction(rest) else { throw TemplateError(message: "'{{' without its '}}'") }
            let source = String(rest[..<close.lowerBound])
            rest = rest[close.upperBound...]
            var action = source
            if action.hasPrefix("- ") || action.hasPrefix("-\n") { action.removeFirst() }
            trimsNext = action.hasSuffix(" -") || action.hasSuffix("\n-")
            if trimsNext { action.removeLast() }
            if !before.isEmpty { pieces.append(.text(before)) }
            let trimmed = action.trimmingWhitespace
            if !(trimmed.hasPrefix("/*") && trimmed.hasSuffix("*/")) {
                pieces.append(.action(trimmed, source: "{{\(source)}}"))
            }
        }
        let tail = trimsNext ? String(rest.drop(while: \.isWhitespace)) : String(rest)
        if !tail.isEmpty { pieces.append(.text(tail)) }
        return pieces
    }

    /// The first `}}` outside a string.
    private static func endOfAction(_ text: Substring) -> Range<Substring.Index>? {
        var quote: Character?
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if let open = quote {
                if character == "\\", open == "\"" {
                    index = text.index(after: index)
                    if index == text.endIndex { return nil }
                } else if character == open {
                    quote = nil
                }
            } else if character == "\"" || character == "`" {
                quote = character
            } else if text[index...].hasPrefix("}}") {
                return index..<text.index(index, offsetBy: 2)
            }
            index = text.index(after: index)
        }
        return nil
    }

    private mutating func nodes() throws(TemplateError) -> ([TemplateNode], Ending) {
        var nodes: [TemplateNode] = []
        while let piece = pieces.popFirst() {
            switch piece {
            case .text(let text): nodes.append(.text(text))
            case .action(let action, let source):
                let keyword = action.prefix { !$0.isWhitespace }
                let rest = String(action.dropFirst(keyword.count)).trimmingWhitespace
                switch keyword {
                case "end": return (nodes, .end)
                case "else": return (nodes, .otherwise(rest))
                case "if", "with", "range": nodes.append(try block(String(keyword), rest))
                case "define", "template", "block", "break", "continue":
                    throw TemplateError(message: "'\(keyword)' is not supported in a probe")
                default: nodes.append(try simple(action, source: source))
                }
            }
        }
        return (nodes, .document)
    }

    private mutating func block(_ keyword: String, _ condition: String) throws(TemplateError) -> TemplateNode {
        let pipeline = try TemplateParser.pipeline(condition)
        let (body, ending) = try nodes()
        var otherwise: [TemplateNode] = []
        switch ending {
        case .end: break
        case .document: throw TemplateError(message: "'\(keyword)' without its 'end'")
        case .otherwise(""):
            let (rest, last) = try nodes()
            guard last == .end else { throw TemplateError(message: "'\(keyword)' without its 'end'") }
            otherwise = rest
        case .otherwise(let nested):
            guard nested.hasPrefix("if ") else { throw TemplateError(message: "'else \(nested)' is no 'else if'") }
            otherwise = [try block("if", String(nested.dropFirst(3)))]
        }
        switch keyword {
        case "if": return .conditional(pipeline, then: body, otherwise: otherwise)
        case "with": return .with(pipeline, then: body, otherwise: otherwise)
        default: return .range(pipeline, body: body, otherwise: otherwise)
        }
    }

    private func simple(_ action: String, source: String) throws(TemplateError) -> TemplateNode {
        let tokens = try TemplateToken.tokens(of: action)
        if tokens.count > 2, case .variable(let name) = tokens[0], tokens[1] == .assign {
            return .assign(name, try TemplateParser.pipeline(tokens[2...]))
        }
        return .output(try TemplateParser.pipeline(tokens[...]), source: source)
    }

    private static func pipeline(_ text: String) throws(TemplateError) -> TemplatePipeline {
        try pipeline(TemplateToken.tokens(of: text)[...])
    }

    private static func pipeline(_ tokens: ArraySlice<TemplateToken>) throws(TemplateError) -> TemplatePipeline {
        var rest = tokens
        let pipeline = try pipeline(from: &rest, isGroup: false)
        guard rest.isEmpty else { throw TemplateError(message: "an unexpected ')'") }
        return pipeline
    }

    private static func pipeline(
        from tokens: inout ArraySlice<TemplateToken>, isGroup: Bool
    ) throws(TemplateError) -> TemplatePipeline {
        var commands: [[TemplateOperand]] = [[]]
        func append(_ operand: TemplateOperand) { commands[commands.count - 1].append(operand) }
        loop: while let token = tokens.first {
            if token == .close { break loop }
            tokens.removeFirst()
            switch token {
            case .word(let name): append(.function(name))
            case .literal(let value): append(.literal(value))
            case .field(let path, _): append(.field(path))
            case .variable(let name): append(.variable(name, attachedFields(&tokens)))
            case .pipe: commands.append([])
            case .open:
                let inner = try pipeline(from: &tokens, isGroup: true)
                append(.group(inner, attachedFields(&tokens)))
            case .assign, .close: throw TemplateError(message: "an unexpected '=' in an action")
            }
        }
        if isGroup {
            guard tokens.popFirst() == .close else { throw TemplateError(message: "'(' without its ')'") }
        }
        guard commands.allSatisfy({ !$0.isEmpty }) else { throw TemplateError(message: "an empty command") }
        return TemplatePipeline(commands: commands)
    }

    private static func attachedFields(_ tokens: inout ArraySlice<TemplateToken>) -> [String] {
        guard case .field(let path, isAttached: true) = tokens.first else { return [] }
        tokens.removeFirst()
        return path
    }
}
