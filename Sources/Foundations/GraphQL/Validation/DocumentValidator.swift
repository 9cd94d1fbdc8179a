extension Schema {
    /// Checks a document against every rule of section 5 of the specification.
    ///
    /// Returns the errors, at most `limits.validationErrors` and one that says so; none means that the document can be
    /// executed. Fragments that nest too deeply, or fields that take too many comparisons, end the check with the error
    /// of that limit.
    public func validate(_ document: Document, limits: Limits = Limits()) -> [GraphQLError] {
        if let error = SelectionMeasure.nestingError(of: document, limit: limits.nesting) { return [error] }
        var validator = DocumentValidator(schema: self, document: document, limits: limits)
        validator.run()
        return validator.errors
    }
}

/// One walk through a document that applies the rules; what needs the whole document comes after the walk.
struct DocumentValidator {
    let schema: Schema
    let document: Document
    let limits: Limits
    private(set) var errors: [GraphQLError] = []
    private(set) var isAborted = false
    private(set) var fragments: [String: FragmentDefinition] = [:]
    /// What the definition that is being walked through uses.
    var uses = DefinitionUses()
    var overlaps: OverlappingFields

    init(schema: Schema, document: Document, limits: Limits) {
        self.schema = schema
        self.document = document
        self.limits = limits
        for case .fragment(let fragment) in document.definitions { fragments[fragment.name.value] = fragment }
        overlaps = OverlappingFields(schema: schema, fragments: fragments, budget: limits.comparisons)
    }

    mutating func report(_ rule: ValidationRule, _ message: String, _ offsets: Int...) {
        report(rule, message, at: offsets)
    }

    mutating func report(_ rule: ValidationRule, _ message: String, at offsets: [Int]) {
        guard !isAborted else { return }
        if errors.count >= limits.validationErrors {
            abort(GraphQLError("Too many validation errors, validation ended.", code: .validationFailed))
            return
        }
        errors.append(
            GraphQLError(
                message, code: .validationFailed, locations: offsets.map(document.location(at:)), rule: rule))
    }

    mutating func abort(_ error: GraphQLError) {
        guard !isAborted else { return }
        isAborted = true
        errors.append(error)
    }

    mutating func run() {
        checkNames()
        var operationUses: [DefinitionUses] = []
        var fragmentUses: [String: DefinitionUses] = [:]
        for definition in document.definitions {
            guard !isAborted else { return }
            uses = DefinitionUses()
            switch definition {
            case .operation(let operation):
                walk(operation)
                operationUses.append(uses)
            case .fragment(let fragment):
                walk(fragment)
                fragmentUses[fragment.name.value] = uses
            case .type, .schema, .directive:
                report(.executableDefinitions, "Only operations and fragments can be executed.", definition.offset)
            }
        }
        guard !isAborted else { return }
        checkCycles()
        checkUses(operationUses, fragmentUses)
    }

    // MARK: Definitions

    private mutating func checkNames() {
        var operationNames: [String: Int] = [:]
        var fragmentNames: [String: Int] = [:]
        let operationCount = document.definitions.count { if case .operation = $0 { true } else { false } }
        for definition in document.definitions {
            switch definition {
            case .operation(let operation):
                guard let name = operation.name else {
                    if operationCount > 1 {
                        report(
                            .loneAnonymousOperation, "An anonymous operation must be the only one.", operation.offset)
                    }
                    continue
                }
                if let first = operationNames[name.value] {
                    report(
                        .uniqueOperationNames, "There can be only one operation named \"\(name.value)\".", first,
                        name.offset)
                } else {
                    operationNames[name.value] = name.offset
                }
            case .fragment(let fragment):
                let name = fragment.name
                if let first = fragmentNames[name.value] {
                    report(
                        .uniqueFragmentNames, "There can be only one fragment named \"\(name.value)\".", first,
                        name.offset)
                } else {
                    fragmentNames[name.value] = name.offset
                }
            default: break
            }
        }
    }

    private mutating func walk(_ operation: OperationDefinition) {
        let root = schema.root(operation.kind)
        if operation.kind == .subscription, let root { checkSingleField(of: operation, root) }
        for (name, offsets) in repeated(operation.variables.map(\.name)) {
            report(.uniqueVariableNames, "There can be only one variable named \"$\(name)\".", at: offsets)
        }
        for variable in operation.variables { walk(variable) }
        walk(operation.directives, at: operation.kind.directiveLocation, field: nil)
        walk(operation.selectionSet, of: root, field: nil)
    }

    private mutating func walk(_ variable: VariableDefinition) {
        checkKnown(variable.type.name)
        var type = schema.reference(variable.type)
        if let reference = type, !schema.types[reference.index].isInput {
            report(
                .variablesAreInputTypes,
                "The variable \"$\(variable.name.value)\" cannot be of type \(schema.name(of: reference)), which is"
                    + " no input type.", variable.type.offset)
            type = nil
        }
        if let value = variable.defaultValue { walk(value, type: type, hasDefault: false, check: true) }
        walk(variable.directives, at: .variableDefinition, field: nil)
    }

    private mutating func walk(_ fragment: FragmentDefinition) {
        checkKnown(fragment.typeCondition)
        let type = schema.type(fragment.typeCondition.value)
        checkComposite(type, fragment.typeCondition)
        walk(fragment.directives, at: .fragmentDefinition, field: nil)
        walk(fragment.selectionSet, of: type, field: nil)
    }

    private mutating func checkComposite(_ type: NamedType?, _ condition: Name) {
        guard let type, !type.isComposite else { return }
        report(
            .fragmentsOnCompositeTypes, "A fragment cannot apply to \(type.name), which has no fields.",
            condition.offset)
    }

    mutating func checkKnown(_ name: Name) {
        guard schema.type(name.value) == nil else { return }
        report(.knownTypeNames, "Unknown type \"\(name.value)\".", name.offset)
    }

    // MARK: Selections

    /// `type` is that of the values selected from, `field` the innermost field around.
    private mutating func walk(
        _ set: SelectionSet, of type: NamedType?, field: FieldType?, isInline: Bool = false
    ) {
        let parent = type.flatMap { $0.isComposite ? $0 : nil }
        if !isInline { checkOverlaps(set, parent) }
        for selection in set.selections {
            guard !isAborted else { return }
            switch selection {
            case .field(let node): walk(node, parent)
            case .spread(let spread):
                checkSpread(spread, parent)
                walk(spread.directives, at: .fragmentSpread, field: field)
                uses.spreads.append(spread)
            case .inline(let fragment):
                var type = type
                if let condition = fragment.typeCondition {
                    checkKnown(condition)
                    type = schema.type(condition.value)
                    checkComposite(type, condition)
                }
                if let type, let parent, type.isComposite, !schema.overlap(type, parent) {
                    report(
                        .possibleFragmentSpreads, "\(parent.name) can never be \(type.name).", fragment.offset)
                }
                walk(fragment.directives, at: .inlineFragment, field: field)
                walk(fragment.selectionSet, of: type, field: field, isInline: true)
            }
        }
    }

    private mutating func checkOverlaps(_ set: SelectionSet, _ parent: NamedType?) {
        guard let conflicts = overlaps.conflicts(in: set, of: parent) else {
            abort(
                GraphQLError(
                    "Comparing the fields of the document takes more than \(limits.comparisons) steps.",
                    code: .comparisonLimit))
            return
        }
        for conflict in conflicts {
            report(
                .overlappingFieldsCanBeMerged,
                "The fields \"\(conflict.key)\" conflict: \(conflict.reason). Use different aliases to fetch both.",
                at: conflict.first + conflict.second)
        }
    }

    private mutating func walk(_ node: Field, _ parent: NamedType?) {
        let field = parent.flatMap { schema.field(node.name.value, of: $0) }
        if let parent {
            if let field {
                check(node, field, parent)
            } else {
                report(
                    .fieldsOnCorrectType, "There is no field \"\(node.name.value)\" on type \(parent.name).",
                    node.offset)
            }
        }
        if node.arguments.count > 1 { checkUnique(node.arguments) }
        for argument in node.arguments {
            let definition = field?.argument(argument.name.value)
            if definition == nil, let field, let parent {
                report(
                    .knownArgumentNames,
                    "Unknown argument \"\(argument.name.value)\" on field \(parent.name).\(field.name).",
                    argument.name.offset)
            }
            walk(
                argument.value, type: definition?.type, hasDefault: definition?.defaultValue != nil, check: true)
        }
        walk(node.directives, at: .field, field: field)
        if node.name.value == "__schema" || node.name.value == "__type" { checkIntrospection(node) }
        guard let set = node.selectionSet else { return }
        walk(set, of: field.map { schema.types[$0.type.index] }, field: field)
    }

    private mutating func check(_ node: Field, _ field: FieldType, _ parent: NamedType) {
        let isLeaf = schema.types[field.type.index].isLeaf
        if isLeaf, let set = node.selectionSet {
            report(
                .scalarLeafs, "The field \"\(field.name)\" has no fields of its own, so nothing can be selected.",
                set.offset)
        } else if !isLeaf, node.selectionSet == nil {
            report(
                .scalarLeafs, "The field \"\(field.name)\" needs a selection of fields: \(field.name) { … }.",
                node.offset)
        }
        for argument in field.arguments
        where argument.isRequired && !node.arguments.contains(where: { $0.name.value == argument.name }) {
            report(
                .providedRequiredArguments,
                "The field \(parent.name).\(field.name) requires the argument \"\(argument.name)\" of type"
                    + " \(schema.name(of: argument.type)).", node.offset)
        }
    }

    private mutating func checkSpread(_ spread: FragmentSpread, _ parent: NamedType?) {
        guard let fragment = fragments[spread.name.value] else {
            report(.knownFragmentNames, "Unknown fragment \"\(spread.name.value)\".", spread.name.offset)
            return
        }
        guard let parent, let type = schema.type(fragment.typeCondition.value), type.isComposite,
            !schema.overlap(type, parent)
        else { return }
        report(
            .possibleFragmentSpreads,
            "The fragment \"\(spread.name.value)\" cannot be used here: \(parent.name) can never be \(type.name).",
            spread.offset)
    }
}

extension OperationKind {
    var directiveLocation: DirectiveLocation {
        switch self {
        case .query: .query
        case .mutation: .mutation
        case .subscription: .subscription
        }
    }
}
