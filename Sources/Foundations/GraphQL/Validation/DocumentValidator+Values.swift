extension DocumentValidator {
    /// Directives of one place. `field` is the innermost field around them.
    mutating func walk(_ directives: [Directive], at location: DirectiveLocation, field: FieldType?) {
        guard !directives.isEmpty else { return }
        var seen: [String: Int] = [:]
        for directive in directives {
            let definition = schema.directive(directive.name.value)
            if let definition {
                check(directive, definition, at: location)
                if !definition.isRepeatable {
                    if let first = seen[definition.name] {
                        report(
                            .uniqueDirectivesPerLocation,
                            "The directive \"@\(definition.name)\" can only be used once here.", first,
                            directive.offset)
                    } else {
                        seen[definition.name] = directive.offset
                    }
                }
            } else {
                report(.knownDirectives, "Unknown directive \"@\(directive.name.value)\".", directive.offset)
            }
            checkUnique(directive.arguments)
            for argument in directive.arguments {
                // The arguments of an unknown directive are read as if they were the field's, as other implementations
                // do, so that clients see the same errors.
                let input =
                    definition.map { $0.arguments.first { $0.name == argument.name.value } }
                    ?? field?.argument(argument.name.value)
                walk(argument.value, type: input?.type, hasDefault: input?.defaultValue != nil, check: true)
            }
        }
    }

    private mutating func check(_ directive: Directive, _ definition: DirectiveType, at location: DirectiveLocation) {
        if !definition.locations.contains(location) {
            report(
                .knownDirectives, "The directive \"@\(definition.name)\" may not be used on \(location.rawValue).",
                directive.offset)
        }
        for argument in directive.arguments
        where !definition.arguments.contains(where: { $0.name == argument.name.value }) {
            report(
                .knownArgumentNames,
                "Unknown argument \"\(argument.name.value)\" on directive \"@\(definition.name)\".",
                argument.name.offset)
        }
        for argument in definition.arguments
        where argument.isRequired && !directive.arguments.contains(where: { $0.name.value == argument.name }) {
            report(
                .providedRequiredArguments,
                "The directive \"@\(definition.name)\" requires the argument \"\(argument.name)\".", directive.offset)
        }
    }

    mutating func checkUnique(_ arguments: [Argument]) {
        guard arguments.count > 1 else { return }
        for (name, offsets) in repeated(arguments.map(\.name)) {
            report(.uniqueArgumentNames, "There can be only one argument named \"\(name)\".", at: offsets)
        }
    }

    /// A value where `type` is expected (nil: unknown). `check` is off inside values that were refused as a whole.
    mutating func walk(_ node: ValueNode, type: TypeReference?, hasDefault: Bool, check: Bool) {
        switch node.kind {
        case .variable(let name):
            uses.variables.append(VariableUse(name: name, offset: node.offset, type: type, hasDefault: hasDefault))
        case .null:
            if check, let type, type.isNonNull { reportWrong(node, type) }
        case .list(let items):
            var check = check
            var inner = type?.nullable
            if case .list(let item)? = inner {
                inner = item
            } else {
                if check { checkLeaf(node, inner) }
                check = false
            }
            for item in items { walk(item, type: inner, hasDefault: false, check: check) }
        case .object(let fields): walkObject(node, fields, type: type, check: check)
        case .int, .float, .string, .boolean, .enumeration:
            if check { checkLeaf(node, type) }
        }
    }

    private mutating func walkObject(
        _ node: ValueNode, _ fields: [ValueNode.ObjectField], type: TypeReference?, check: Bool
    ) {
        var check = check
        let named = type.map { schema.types[$0.index] }
        let object = named.flatMap { $0.kind == .inputObject ? $0 : nil }
        if check, let object {
            for input in object.inputFields
            where input.isRequired && !fields.contains(where: { $0.name.value == input.name }) {
                report(
                    .valuesOfCorrectType,
                    "The field \(object.name).\(input.name) of type \(schema.name(of: input.type)) is required.",
                    node.offset)
            }
        } else if check {
            checkLeaf(node, type)
            check = false
        }
        var seen: [String: Int] = [:]
        for field in fields {
            if fields.count > 1 {
                if let first = seen[field.name.value] {
                    report(
                        .uniqueInputFieldNames, "There can be only one field named \"\(field.name.value)\".", first,
                        field.name.offset)
                } else {
                    seen[field.name.value] = field.name.offset
                }
            }
            let input = object?.inputField(field.name.value)
            if check, input == nil, let object {
                report(
                    .valuesOfCorrectType, "There is no field \"\(field.name.value)\" on type \(object.name).",
                    field.name.offset)
            }
            walk(field.value, type: input?.type, hasDefault: input?.defaultValue != nil, check: check)
        }
    }

    private mutating func reportWrong(_ node: ValueNode, _ type: TypeReference, _ reason: String? = nil) {
        report(
            .valuesOfCorrectType,
            reason ?? "Expected a value of type \(schema.name(of: type)), found \(node.printed).", node.offset)
    }

    private mutating func checkLeaf(_ node: ValueNode, _ type: TypeReference?) {
        guard let type else { return }
        let named = schema.types[type.index]
        switch named.kind {
        case .enumeration:
            guard case .enumeration(let name) = node.kind, named.value(name) != nil else {
                return reportWrong(node, type)
            }
        case .scalar:
            do throws(ScalarError) {
                _ = try named.scalar?.parseLiteral(node, [:])
            } catch {
                reportWrong(node, type, error.description)
            }
        default: reportWrong(node, type)
        }
    }
}
