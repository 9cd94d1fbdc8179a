extension Parser {
    mutating func schemaDefinition() throws(GraphQLError) -> SchemaDefinition {
        let offset = token.start
        let description = try description()
        try expectKeyword("schema")
        let directives = try directives(constant: true)
        guard token.kind == .braceOpen else {
            throw lexer.failure("Expected '{', found \(label(token)).", at: token.start)
        }
        return SchemaDefinition(
            isExtension: false, description: description, directives: directives, rootTypes: try rootTypes(),
            offset: offset)
    }

    private mutating func rootTypes() throws(GraphQLError) -> [SchemaDefinition.RootType] {
        try optionalMany(.braceOpen, .braceClose) { (parser) throws(GraphQLError) in
            let offset = parser.token.start
            let operation = try parser.operationKind()
            try parser.expect(.colon)
            return SchemaDefinition.RootType(operation: operation, type: try parser.name(), offset: offset)
        }
    }

    mutating func typeExtension() throws(GraphQLError) -> Definition {
        let offset = token.start
        let keyword = try peekNext()
        guard keyword.kind == .name else { throw unexpected(keyword) }
        let word = text(keyword)
        guard word == "schema" || TypeKind(keyword: word) != nil else { throw unexpected(keyword) }
        try advance()
        if let kind = TypeKind(keyword: word) {
            let definition = try body(of: kind, isExtension: true, description: nil, offset: offset)
            let isEmpty =
                definition.interfaces.isEmpty && definition.directives.isEmpty && definition.fields.isEmpty
                && definition.inputFields.isEmpty && definition.members.isEmpty && definition.values.isEmpty
            if isEmpty { throw unexpected(token) }
            return .type(definition)
        }
        try advance()
        let directives = try directives(constant: true)
        let rootTypes = try rootTypes()
        if directives.isEmpty && rootTypes.isEmpty { throw unexpected(token) }
        return .schema(
            SchemaDefinition(
                isExtension: true, description: nil, directives: directives, rootTypes: rootTypes, offset: offset))
    }

    mutating func typeDefinition(_ kind: TypeKind) throws(GraphQLError) -> TypeDefinition {
        let offset = token.start
        let description = try description()
        return try body(of: kind, isExtension: false, description: description, offset: offset)
    }

    private mutating func body(
        of kind: TypeKind, isExtension: Bool, description: Description?, offset: Int
    ) throws(GraphQLError) -> TypeDefinition {
        try expectKeyword(kind.keyword)
        let name = try name()
        var interfaces: [Name] = []
        if kind == .object || kind == .interface, try skipKeyword("implements") {
            interfaces = try separated(by: .ampersand) { (parser) throws(GraphQLError) in try parser.name() }
        }
        let directives = try directives(constant: true)
        var fields: [FieldDefinition] = []
        var inputFields: [InputValueDefinition] = []
        var members: [Name] = []
        var values: [EnumValueDefinition] = []
        switch kind {
        case .scalar: break
        case .object, .interface:
            fields = try optionalMany(.braceOpen, .braceClose) { (parser) throws(GraphQLError) in
                try parser.fieldDefinition()
            }
        case .inputObject: inputFields = try inputValues(.braceOpen, .braceClose)
        case .union:
            if try skip(.equals) {
                members = try separated(by: .pipe) { (parser) throws(GraphQLError) in try parser.name() }
            }
        case .enumeration:
            values = try optionalMany(.braceOpen, .braceClose) { (parser) throws(GraphQLError) in
                try parser.enumValue()
            }
        }
        return TypeDefinition(
            kind: kind, isExtension: isExtension, description: description, name: name, interfaces: interfaces,
            directives: directives, fields: fields, inputFields: inputFields, members: members, values: values,
            offset: offset)
    }

    private mutating func fieldDefinition() throws(GraphQLError) -> FieldDefinition {
        let offset = token.start
        let description = try description()
        let name = try name()
        let arguments = try inputValues(.parenOpen, .parenClose)
        try expect(.colon)
        return FieldDefinition(
            description: description, name: name, arguments: arguments, type: try type(),
            directives: try directives(constant: true), offset: offset)
    }

    private mutating func inputValues(
        _ open: TokenKind, _ close: TokenKind
    ) throws(GraphQLError) -> [InputValueDefinition] {
        try optionalMany(open, close) { (parser) throws(GraphQLError) in
            let offset = parser.token.start
            let description = try parser.description()
            let name = try parser.name()
            try parser.expect(.colon)
            let type = try parser.type()
            let defaultValue = try parser.skip(.equals) ? try parser.value(constant: true) : nil
            return InputValueDefinition(
                description: description, name: name, type: type, defaultValue: defaultValue,
                directives: try parser.directives(constant: true), offset: offset)
        }
    }

    private mutating func enumValue() throws(GraphQLError) -> EnumValueDefinition {
        let offset = token.start
        let description = try description()
        if isKeyword("true") || isKeyword("false") || isKeyword("null") {
            throw lexer.failure("\(label(token)) is reserved and cannot be an enum value.", at: token.start)
        }
        return EnumValueDefinition(
            description: description, name: try name(), directives: try directives(constant: true), offset: offset)
    }

    mutating func directiveDefinition() throws(GraphQLError) -> DirectiveDefinition {
        let offset = token.start
        let description = try description()
        try expectKeyword("directive")
        try expect(.at)
        let name = try name()
        let arguments = try inputValues(.parenOpen, .parenClose)
        let isRepeatable = try skipKeyword("repeatable")
        try expectKeyword("on")
        let locations = try separated(by: .pipe) { (parser) throws(GraphQLError) in
            let token = parser.token
            let name = try parser.name()
            guard DirectiveLocation(rawValue: name.value) != nil else { throw parser.unexpected(token) }
            return name
        }
        return DirectiveDefinition(
            description: description, name: name, arguments: arguments, isRepeatable: isRepeatable,
            locations: locations, offset: offset)
    }
}
