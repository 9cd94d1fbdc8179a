extension Schema {
    /// The schema in its definition language, without built-in types and directives, in the order of its definition.
    public var printed: String { SchemaPrinter(schema: self).print() }
}

/// Prints schemas in the layout that GraphQL tools share.
private struct SchemaPrinter {
    let schema: Schema

    func print() -> String {
        let directives = schema.directives.filter { !isSpecified($0) }.map(directive)
        let types = schema.types.filter {
            !BuiltInDefinitions.scalars.contains($0.name) && !BuiltInDefinitions.typeNames.contains($0.name)
        }
        return ([definition].compactMap { $0 } + directives + types.map(type)).joined(separator: "\n\n")
    }

    private func isSpecified(_ directive: DirectiveType) -> Bool {
        BuiltInDefinitions.directives.contains { $0.name.value == directive.name }
    }

    private var definition: String? {
        let roots = OperationKind.allCases.compactMap { kind in schema.root(kind).map { (kind, $0.name) } }
        let isCommon = roots.allSatisfy { $0.rawValue == $1.lowercased() && $1.first?.isUppercase == true }
        guard schema.description != nil || !isCommon else { return nil }
        return description(schema.description) + "schema {\n"
            + roots.map { "  \($0.rawValue): \($1)" }.joined(separator: "\n") + "\n}"
    }

    private func type(_ type: NamedType) -> String {
        let head = "\(description(type.description))\(type.kind.keyword) \(type.name)"
        switch type.kind {
        case .scalar:
            return head + (type.specifiedByURL.map { " @specifiedBy(url: \(Printer.string($0)))" } ?? "")
        case .object, .interface:
            let interfaces = type.interfaces.map { schema.types[$0].name }.joined(separator: " & ")
            return head + Printer.wrap(" implements ", interfaces) + block(type.fields.enumerated().map(field))
        case .union:
            return head + Printer.wrap(" = ", type.members.map { schema.types[$0].name }.joined(separator: " | "))
        case .enumeration:
            return head
                + block(
                    type.values.enumerated().map { number, value in
                        description(value.description, "  ", isFirst: number == 0) + "  \(value.name)"
                            + deprecated(value.deprecationReason)
                    })
        case .inputObject:
            return head
                + block(
                    type.inputFields.enumerated().map { number, input in
                        description(input.description, "  ", isFirst: number == 0) + "  " + inputValue(input)
                    })
        }
    }

    private func field(_ number: Int, _ field: FieldType) -> String {
        description(field.description, "  ", isFirst: number == 0) + "  \(field.name)"
            + arguments(field.arguments, "  ") + ": \(schema.name(of: field.type))"
            + deprecated(field.deprecationReason)
    }

    private func arguments(_ arguments: [InputValueType], _ indentation: String = "") -> String {
        guard !arguments.isEmpty else { return "" }
        guard arguments.contains(where: { !($0.description ?? "").isEmpty }) else {
            return "(" + arguments.map(inputValue).joined(separator: ", ") + ")"
        }
        let lines = arguments.enumerated().map { number, argument in
            description(argument.description, "  \(indentation)", isFirst: number == 0) + "  \(indentation)"
                + inputValue(argument)
        }
        return "(\n" + lines.joined(separator: "\n") + "\n\(indentation))"
    }

    private func inputValue(_ input: InputValueType) -> String {
        let value = input.defaultValue.flatMap { schema.literal(of: $0, input.type) }
        return "\(input.name): \(schema.name(of: input.type))" + (value.map { " = \($0.printed)" } ?? "")
            + deprecated(input.deprecationReason)
    }

    private func directive(_ directive: DirectiveType) -> String {
        description(directive.description) + "directive @\(directive.name)" + arguments(directive.arguments)
            + (directive.isRepeatable ? " repeatable" : "") + " on "
            + directive.locations.map(\.rawValue).joined(separator: " | ")
    }

    private func deprecated(_ reason: String?) -> String {
        guard let reason else { return "" }
        return reason == "No longer supported" ? " @deprecated" : " @deprecated(reason: \(Printer.string(reason)))"
    }

    private func block(_ items: [String]) -> String {
        items.isEmpty ? "" : " {\n" + items.joined(separator: "\n") + "\n}"
    }

    private func description(_ text: String?, _ indentation: String = "", isFirst: Bool = true) -> String {
        guard let text else { return "" }
        let printed = BlockString.canHold(text) ? BlockString.printed(text) : Printer.string(text)
        let prefix = !indentation.isEmpty && !isFirst ? "\n" + indentation : indentation
        return prefix + printed.replacingUTF8("\n", with: "\n" + indentation) + "\n"
    }
}
