/// Checks definitions before types are built: names are unique and known, directives stand where they may.
struct DefinitionValidator {
    let document: Document
    var errors: [GraphQLError] = []
    var types: [String: TypeDefinition] = [:]
    var directives: [String: DirectiveDefinition] = [:]
    /// The directives seen at the schema and at each type, whose extensions are the same location.
    var schemaDirectives: [String: Directive] = [:]
    var typeDirectives: [String: [String: Directive]] = [:]

    static func validate(_ document: Document) -> [GraphQLError] {
        var validator = DefinitionValidator(document: document)
        validator.checkUniqueNames()
        for definition in document.definitions { validator.check(definition) }
        return validator.errors
    }

    private init(document: Document) {
        self.document = document
        for directive in BuiltInDefinitions.directives { directives[directive.name.value] = directive }
        for definition in document.definitions {
            switch definition {
            case .type(let type) where !type.isExtension: types[type.name.value] = type
            case .directive(let directive): directives[directive.name.value] = directive
            default: break
            }
        }
    }

    mutating func report(_ rule: ValidationRule, _ message: String, _ offsets: Int...) {
        report(rule, message, at: offsets)
    }

    mutating func report(_ rule: ValidationRule, _ message: String, at offsets: [Int]) {
        errors.append(GraphQLError(message, locations: offsets.map(document.location(at:)), rule: rule))
    }

    // MARK: Uniqueness

    private mutating func checkUniqueNames() {
        var typeNames: [String: Int] = [:]
        var directiveNames: [String: Int] = [:]
        var roots: [OperationKind: Int] = [:]
        var fields: [String: [String: Int]] = [:]
        var values: [String: [String: Int]] = [:]
        var hasSchema = false
        for definition in document.definitions {
            switch definition {
            case .operation, .fragment:
                report(.executableDefinitions, "A schema cannot contain operations or fragments.", definition.offset)
            case .schema(let schema):
                if !schema.isExtension {
                    if hasSchema {
                        report(.loneSchemaDefinition, "There can be only one schema definition.", schema.offset)
                    }
                    hasSchema = true
                }
                for root in schema.rootTypes {
                    if let first = roots[root.operation] {
                        report(
                            .uniqueOperationTypes, "There can be only one \(root.operation.rawValue) type.", first,
                            root.offset)
                    } else {
                        roots[root.operation] = root.offset
                    }
                }
            case .directive(let directive):
                unique(directive.name, in: &directiveNames, .uniqueDirectiveNames, "directive")
                uniqueArguments(directive.arguments, of: "@\(directive.name.value)")
            case .type(let type):
                let name = type.name.value
                if BuiltInDefinitions.scalars.contains(name), type.kind != .scalar, !type.isExtension {
                    report(.uniqueTypeNames, "\"\(name)\" is a built-in scalar.", type.name.offset)
                }
                if !type.isExtension { unique(type.name, in: &typeNames, .uniqueTypeNames, "type") }
                for field in type.fields.map(\.name) + type.inputFields.map(\.name) {
                    unique(field, in: &fields[name, default: [:]], .uniqueFieldDefinitionNames, "field of \(name)")
                }
                for value in type.values {
                    unique(value.name, in: &values[name, default: [:]], .uniqueEnumValueNames, "value of \(name)")
                }
                for field in type.fields { uniqueArguments(field.arguments, of: "\(name).\(field.name.value)") }
            }
        }
    }

    private mutating func unique(
        _ name: Name, in seen: inout [String: Int], _ rule: ValidationRule, _ what: String
    ) {
        if let first = seen[name.value] {
            report(rule, "There can be only one \(what) named \"\(name.value)\".", first, name.offset)
        } else {
            seen[name.value] = name.offset
        }
    }

    private mutating func uniqueArguments(_ arguments: [InputValueDefinition], of place: String) {
        for (name, offsets) in repeated(arguments.map(\.name)) {
            report(
                .uniqueArgumentDefinitionNames, "There can be only one argument \(place)(\(name):).", at: offsets)
        }
    }

    // MARK: What definitions refer to

    private mutating func check(_ definition: Definition) {
        switch definition {
        case .operation, .fragment: break
        case .schema(let schema):
            for root in schema.rootTypes { checkKnown(root.type) }
            check(schema.directives, at: .schema)
            schemaDirectives = unique(schema.directives, besides: schemaDirectives)
        case .directive(let directive): check(directive.arguments, at: .argumentDefinition)
        case .type(let type): check(type)
        }
    }

    private mutating func check(_ type: TypeDefinition) {
        if type.isExtension { checkExtension(type) }
        for name in type.interfaces + type.members { checkKnown(name) }
        check(type.directives, at: type.kind.directiveLocation)
        typeDirectives[type.name.value] = unique(type.directives, besides: typeDirectives[type.name.value] ?? [:])
        for field in type.fields {
            checkKnown(field.type.name)
            check(field.arguments, at: .argumentDefinition)
            checkAll(field.directives, at: .fieldDefinition)
        }
        check(type.inputFields, at: .inputFieldDefinition)
        for value in type.values { checkAll(value.directives, at: .enumValue) }
    }

    private mutating func check(_ inputs: [InputValueDefinition], at location: DirectiveLocation) {
        for input in inputs {
            checkKnown(input.type.name)
            if let value = input.defaultValue { checkUniqueFields(value) }
            checkAll(input.directives, at: location)
        }
    }

    private mutating func checkKnown(_ name: Name) {
        guard types[name.value] == nil, !BuiltInDefinitions.scalars.contains(name.value),
            !BuiltInDefinitions.typeNames.contains(name.value) || name.value == "__MetaFields"
        else { return }
        report(.knownTypeNames, "Unknown type \"\(name.value)\".", name.offset)
    }

    private mutating func checkExtension(_ type: TypeDefinition) {
        guard let base = types[type.name.value] else {
            report(
                .possibleTypeExtensions, "Cannot extend \"\(type.name.value)\", which is not defined.",
                type.name.offset)
            return
        }
        if base.kind != type.kind {
            report(
                .possibleTypeExtensions,
                "Cannot extend the \(base.kind.keyword) \"\(type.name.value)\" as \(type.kind.keyword).", base.offset,
                type.offset)
        }
    }
}
