extension Parser {
    mutating func definition() throws(GraphQLError) -> Definition {
        if token.kind == .braceOpen { return .operation(try operation()) }
        let hasDescription = token.kind == .string || token.kind == .blockString
        let keyword = hasDescription ? try peekNext() : token
        if hasDescription, keyword.kind == .braceOpen {
            throw lexer.failure("Unexpected description in front of a shorthand query.", at: token.start)
        }
        guard keyword.kind == .name else { throw unexpected(keyword) }
        switch text(keyword) {
        case "query", "mutation", "subscription": return .operation(try operation())
        case "fragment": return .fragment(try fragment())
        case "schema": return .schema(try schemaDefinition())
        case "directive": return .directive(try directiveDefinition())
        case let word:
            if let kind = TypeKind(keyword: word) { return .type(try typeDefinition(kind)) }
            if hasDescription {
                throw lexer.failure("Unexpected description, only definitions have one.", at: token.start)
            }
            guard word == "extend" else { throw unexpected(keyword) }
            return try typeExtension()
        }
    }

    mutating func description() throws(GraphQLError) -> Description? {
        guard token.kind == .string || token.kind == .blockString else { return nil }
        let description = Description(
            value: token.string, isBlock: token.kind == .blockString, offset: token.start)
        try advance()
        return description
    }

    private mutating func operation() throws(GraphQLError) -> OperationDefinition {
        let offset = token.start
        if token.kind == .braceOpen {
            return OperationDefinition(
                kind: .query, name: nil, variables: [], directives: [], selectionSet: try selectionSet(),
                description: nil, offset: offset)
        }
        let description = try description()
        let kind = try operationKind()
        let name = token.kind == .name ? try name() : nil
        let variables = try optionalMany(.parenOpen, .parenClose) { (parser) throws(GraphQLError) in
            try parser.variableDefinition()
        }
        return OperationDefinition(
            kind: kind, name: name, variables: variables, directives: try directives(constant: false),
            selectionSet: try selectionSet(), description: description, offset: offset)
    }

    mutating func operationKind() throws(GraphQLError) -> OperationKind {
        let keyword = token
        try expect(.name)
        guard let kind = OperationKind(rawValue: text(keyword)) else { throw unexpected(keyword) }
        return kind
    }

    private mutating func variableDefinition() throws(GraphQLError) -> VariableDefinition {
        let offset = token.start
        let description = try description()
        try expect(.dollar)
        let name = try name()
        try expect(.colon)
        let type = try type()
        let defaultValue = try skip(.equals) ? try value(constant: true) : nil
        return VariableDefinition(
            name: name, type: type, defaultValue: defaultValue, directives: try directives(constant: true),
            description: description, offset: offset)
    }

    mutating func selectionSet() throws(GraphQLError) -> SelectionSet {
        try enter()
        let offset = token.start
        try expect(.braceOpen)
        var selections: [Selection] = []
        repeat { selections.append(try selection()) } while try !skip(.braceClose)
        leave()
        return SelectionSet(selections: selections, offset: offset)
    }

    private mutating func selection() throws(GraphQLError) -> Selection {
        guard token.kind == .spread else { return .field(try field()) }
        let offset = token.start
        try advance()
        let hasCondition = try skipKeyword("on")
        if !hasCondition, token.kind == .name {
            return .spread(
                FragmentSpread(name: try name(), directives: try directives(constant: false), offset: offset))
        }
        let condition = hasCondition ? try name() : nil
        return .inline(
            InlineFragment(
                typeCondition: condition, directives: try directives(constant: false),
                selectionSet: try selectionSet(), offset: offset))
    }

    private mutating func field() throws(GraphQLError) -> Field {
        var name = try name()
        var alias: Name?
        if try skip(.colon) {
            alias = name
            name = try self.name()
        }
        return Field(
            alias: alias, name: name, arguments: try arguments(constant: false),
            directives: try directives(constant: false),
            selectionSet: token.kind == .braceOpen ? try selectionSet() : nil)
    }

    private mutating func fragment() throws(GraphQLError) -> FragmentDefinition {
        let offset = token.start
        let description = try description()
        try expectKeyword("fragment")
        if isKeyword("on") { throw unexpected(token) }
        let name = try name()
        try expectKeyword("on")
        return FragmentDefinition(
            name: name, typeCondition: try self.name(), directives: try directives(constant: false),
            selectionSet: try selectionSet(), description: description, offset: offset)
    }

    // MARK: Arguments, directives, values, types

    mutating func arguments(constant: Bool) throws(GraphQLError) -> [Argument] {
        guard try skip(.parenOpen) else { return [] }
        var arguments: [Argument] = []
        repeat {
            let name = try name()
            try expect(.colon)
            arguments.append(Argument(name: name, value: try value(constant: constant)))
        } while try !skip(.parenClose)
        return arguments
    }

    mutating func directives(constant: Bool) throws(GraphQLError) -> [Directive] {
        var directives: [Directive] = []
        while token.kind == .at {
            let offset = token.start
            try advance()
            directives.append(
                Directive(name: try name(), arguments: try arguments(constant: constant), offset: offset))
        }
        return directives
    }

    mutating func value(constant: Bool) throws(GraphQLError) -> ValueNode {
        let token = token
        switch token.kind {
        case .bracketOpen: return try list(constant: constant)
        case .braceOpen: return try object(constant: constant)
        case .dollar: return try variable(constant: constant)
        case .int, .float, .string, .blockString, .name: break
        default: throw unexpected(token)
        }
        try advance()
        let kind: ValueNode.Kind
        switch token.kind {
        case .int: kind = .int(text(token))
        case .float: kind = .float(text(token))
        case .name:
            switch text(token) {
            case "true": kind = .boolean(true)
            case "false": kind = .boolean(false)
            case "null": kind = .null
            case let word: kind = .enumeration(word)
            }
        default: kind = .string(token.string, block: token.kind == .blockString)
        }
        return ValueNode(kind: kind, offset: token.start)
    }

    private mutating func variable(constant: Bool) throws(GraphQLError) -> ValueNode {
        let dollar = token
        try advance()
        if constant {
            guard token.kind == .name else { throw unexpected(dollar) }
            throw lexer.failure("Unexpected variable '$\(text(token))' in a constant value.", at: dollar.start)
        }
        return ValueNode(kind: .variable(try name().value), offset: dollar.start)
    }

    private mutating func list(constant: Bool) throws(GraphQLError) -> ValueNode {
        try enter()
        let offset = token.start
        try advance()
        var items: [ValueNode] = []
        while try !skip(.bracketClose) { items.append(try value(constant: constant)) }
        leave()
        return ValueNode(kind: .list(items), offset: offset)
    }

    private mutating func object(constant: Bool) throws(GraphQLError) -> ValueNode {
        try enter()
        let offset = token.start
        try advance()
        var fields: [ValueNode.ObjectField] = []
        while try !skip(.braceClose) {
            let name = try name()
            try expect(.colon)
            fields.append(ValueNode.ObjectField(name: name, value: try value(constant: constant)))
        }
        leave()
        return ValueNode(kind: .object(fields), offset: offset)
    }

    mutating func type() throws(GraphQLError) -> TypeNode {
        let offset = token.start
        let type: TypeNode
        if try skip(.bracketOpen) {
            try enter()
            let inner = try self.type()
            leave()
            try expect(.bracketClose)
            type = .list(inner, offset: offset)
        } else {
            type = .named(try name())
        }
        return try skip(.bang) ? .nonNull(type) : type
    }
}
