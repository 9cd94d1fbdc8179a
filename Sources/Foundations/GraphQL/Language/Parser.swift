extension Document {
    /// Parses a document: operations and fragments, type definitions, or both. Sections 2 and 3 of the specification.
    ///
    /// Throws the first ``GraphQLError`` met: `GRAPHQL_PARSE_FAILED`, `TOKEN_LIMIT_EXCEEDED` when the document has more
    /// than `tokens` tokens, `NESTING_LIMIT_EXCEEDED` when selections, values or types nest deeper than `nesting`.
    public convenience init(
        parsing source: String, tokens: Int = .max, nesting: Int = Limits.defaultNesting
    ) throws(GraphQLError) {
        var text = source
        // The closure cannot throw typed errors through `withUTF8`, so the outcome leaves it as a value.
        let outcome: Result<([Definition], Int), GraphQLError> = text.withUTF8 { bytes in
            do throws(GraphQLError) {
                var parser = try Parser(bytes, tokens: tokens, nesting: nesting)
                let definitions = try parser.document()
                return .success((definitions, parser.tokenCount))
            } catch {
                return .failure(error)
            }
        }
        let (definitions, count) = try outcome.get()
        self.init(definitions: definitions, source: source, tokenCount: count)
    }
}

extension ValueNode {
    /// Parses one literal value; `constant` refuses variables. Throws as ``Document/init(parsing:tokens:nesting:)``.
    public init(parsing source: String, constant: Bool = false) throws(GraphQLError) {
        var text = source
        let outcome: Result<ValueNode, GraphQLError> = text.withUTF8 { bytes in
            do throws(GraphQLError) {
                var parser = try Parser(bytes, tokens: .max, nesting: Limits.defaultNesting)
                let value = try parser.value(constant: constant)
                try parser.expect(.endOfFile)
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        self = try outcome.get()
    }
}

/// Recursive descent over the tokens of a document.
struct Parser {
    var lexer: Lexer
    var token: Token
    var tokenCount = 0
    private var depth = 0
    private let maximumTokens: Int
    private let maximumDepth: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, tokens: Int, nesting: Int) throws(GraphQLError) {
        lexer = Lexer(bytes)
        token = Token(kind: .endOfFile, start: 0, end: 0)
        maximumTokens = tokens
        maximumDepth = nesting
        try advance()
    }

    mutating func document() throws(GraphQLError) -> [Definition] {
        var definitions: [Definition] = []
        repeat { definitions.append(try definition()) } while token.kind != .endOfFile
        return definitions
    }

    mutating func advance() throws(GraphQLError) {
        token = try lexer.next()
        guard token.kind != .endOfFile else { return }
        tokenCount += 1
        if tokenCount > maximumTokens {
            throw GraphQLError(
                "The document has more than \(maximumTokens) tokens.", code: .tokenLimit,
                locations: [SourceLocation(offset: token.start, in: lexer.bytes)])
        }
    }

    /// The token after the current one.
    func peekNext() throws(GraphQLError) -> Token {
        var ahead = lexer
        return try ahead.next()
    }

    // MARK: Nesting

    mutating func enter() throws(GraphQLError) {
        depth += 1
        if depth > maximumDepth {
            throw GraphQLError(
                "The document is nested deeper than \(maximumDepth) levels.", code: .nestingLimit,
                locations: [SourceLocation(offset: token.start, in: lexer.bytes)])
        }
    }

    mutating func leave() { depth -= 1 }

    // MARK: Expectations

    func text(_ token: Token) -> String {
        token.kind == .string || token.kind == .blockString ? token.string : lexer.text(token.start..<token.end)
    }

    func label(_ token: Token) -> String {
        switch token.kind {
        case .name, .int, .float, .string, .blockString: "\(token.kind.label) '\(text(token))'"
        default: token.kind.label
        }
    }

    func unexpected(_ token: Token) -> GraphQLError {
        lexer.failure("Unexpected \(label(token)).", at: token.start)
    }

    mutating func expect(_ kind: TokenKind) throws(GraphQLError) {
        guard token.kind == kind else {
            throw lexer.failure("Expected \(kind.label), found \(label(token)).", at: token.start)
        }
        if kind != .endOfFile { try advance() }
    }

    mutating func skip(_ kind: TokenKind) throws(GraphQLError) -> Bool {
        guard token.kind == kind else { return false }
        try advance()
        return true
    }

    func isKeyword(_ word: String) -> Bool {
        token.kind == .name && token.end - token.start == word.utf8.count && text(token) == word
    }

    mutating func expectKeyword(_ word: String) throws(GraphQLError) {
        guard try skipKeyword(word) else {
            throw lexer.failure("Expected '\(word)', found \(label(token)).", at: token.start)
        }
    }

    mutating func skipKeyword(_ word: String) throws(GraphQLError) -> Bool {
        guard isKeyword(word) else { return false }
        try advance()
        return true
    }

    mutating func name() throws(GraphQLError) -> Name {
        let token = token
        try expect(.name)
        return Name(value: lexer.text(token.start..<token.end), offset: token.start)
    }

    /// One or more items between brackets, or none when there is no opening bracket.
    mutating func optionalMany<Item>(
        _ open: TokenKind, _ close: TokenKind, _ item: (inout Parser) throws(GraphQLError) -> Item
    ) throws(GraphQLError) -> [Item] {
        guard try skip(open) else { return [] }
        var items: [Item] = []
        repeat { items.append(try item(&self)) } while try !skip(close)
        return items
    }

    /// One or more items with a separator, which may also stand in front of the first.
    mutating func separated<Item>(
        by separator: TokenKind, _ item: (inout Parser) throws(GraphQLError) -> Item
    ) throws(GraphQLError) -> [Item] {
        _ = try skip(separator)
        var items: [Item] = []
        repeat { items.append(try item(&self)) } while try skip(separator)
        return items
    }
}
