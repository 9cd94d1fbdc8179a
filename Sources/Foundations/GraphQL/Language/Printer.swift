/// Prints nodes of a document in the one layout that GraphQL tools share: two spaces, a selection a line, arguments on
/// one line up to 80 characters.
enum Printer {
    static func document(_ document: Document) -> String {
        document.definitions.map(definition).joined(separator: "\n\n")
    }

    static func definition(_ definition: Definition) -> String {
        switch definition {
        case .operation(let operation): self.operation(operation)
        case .fragment(let fragment): self.fragment(fragment)
        case .type(let type): self.type(type)
        case .schema(let schema): self.schema(schema)
        case .directive(let directive): directiveDefinition(directive)
        }
    }

    // MARK: Executable definitions

    private static func operation(_ operation: OperationDefinition) -> String {
        let variables = operation.variables.map(variable)
        let list =
            variables.contains { $0.contains("\n") }
            ? wrap("(\n", variables.joined(separator: "\n"), "\n)")
            : wrap("(", variables.joined(separator: ", "), ")")
        let prefix =
            description(operation.description)
            + join(
                [operation.kind.rawValue, (operation.name?.value ?? "") + list, directives(operation.directives)], " ")
        return (prefix == "query" ? "" : prefix + " ") + selectionSet(operation.selectionSet)
    }

    private static func variable(_ variable: VariableDefinition) -> String {
        description(variable.description) + "$\(variable.name.value): \(type(variable.type))"
            + wrap(" = ", variable.defaultValue.map(value) ?? "") + wrap(" ", directives(variable.directives))
    }

    private static func fragment(_ fragment: FragmentDefinition) -> String {
        description(fragment.description) + "fragment \(fragment.name.value) on \(fragment.typeCondition.value) "
            + wrap("", directives(fragment.directives), " ") + selectionSet(fragment.selectionSet)
    }

    private static func selectionSet(_ set: SelectionSet) -> String { block(set.selections.map(selection)) }

    private static func selection(_ selection: Selection) -> String {
        switch selection {
        case .field(let field):
            let prefix = wrap("", field.alias?.value ?? "", ": ") + field.name.value
            let arguments = field.arguments.map(argument)
            var call = prefix + wrap("(", arguments.joined(separator: ", "), ")")
            if call.unicodeScalars.count > 80, !arguments.isEmpty {
                call = prefix + wrap("(\n", indent(arguments.joined(separator: "\n")), "\n)")
            }
            return call + wrap(" ", directives(field.directives))
                + wrap(" ", field.selectionSet.map(selectionSet) ?? "")
        case .spread(let spread): return "...\(spread.name.value)" + wrap(" ", directives(spread.directives))
        case .inline(let fragment):
            return join(
                [
                    "...", wrap("on ", fragment.typeCondition?.value ?? ""), directives(fragment.directives),
                    selectionSet(fragment.selectionSet),
                ], " ")
        }
    }

    private static func argument(_ argument: Argument) -> String {
        "\(argument.name.value): \(value(argument.value))"
    }

    static func directives(_ directives: [Directive]) -> String {
        directives.map { directive in
            "@\(directive.name.value)" + wrap("(", directive.arguments.map(argument).joined(separator: ", "), ")")
        }.joined(separator: " ")
    }

    // MARK: Values and types

    static func value(_ node: ValueNode) -> String {
        switch node.kind {
        case .variable(let name): "$\(name)"
        case .int(let text), .float(let text), .enumeration(let text): text
        case .string(let text, let block): block ? BlockString.printed(text) : string(text)
        case .boolean(let flag): flag ? "true" : "false"
        case .null: "null"
        case .list(let items): "[\(items.map(value).joined(separator: ", "))]"
        case .object(let fields):
            "{\(fields.map { "\($0.name.value): \(value($0.value))" }.joined(separator: ", "))}"
        }
    }

    /// A string in quotation marks, its control characters escaped.
    static func string(_ text: String) -> String {
        var printed = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": printed += "\\\""
            case "\\": printed += "\\\\"
            case "\u{8}": printed += "\\b"
            case "\t": printed += "\\t"
            case "\n": printed += "\\n"
            case "\u{C}": printed += "\\f"
            case "\r": printed += "\\r"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                printed += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: printed.unicodeScalars.append(scalar)
            }
        }
        return printed + "\""
    }

    static func type(_ node: TypeNode) -> String {
        switch node {
        case .named(let name): name.value
        case .list(let inner, _): "[\(type(inner))]"
        case .nonNull(let inner): "\(type(inner))!"
        }
    }

    // MARK: Layout

    static func wrap(_ start: String, _ text: String, _ end: String = "") -> String {
        text.isEmpty ? "" : start + text + end
    }

    static func join(_ parts: [String], _ separator: String) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: separator)
    }

    static func indent(_ text: String) -> String {
        text.isEmpty ? "" : "  " + text.replacingUTF8("\n", with: "\n  ")
    }

    static func block(_ items: [String]) -> String { wrap("{\n", indent(items.joined(separator: "\n")), "\n}") }

    static func description(_ description: Description?) -> String {
        guard let description else { return "" }
        return (description.isBlock ? BlockString.printed(description.value) : string(description.value)) + "\n"
    }
}

extension Document {
    /// The document in the common layout; parsing it again gives the same document.
    public var printed: String { Printer.document(self) }
}

extension ValueNode {
    /// The value as it would be written in a document.
    public var printed: String { Printer.value(self) }
}

extension TypeNode {
    /// The type as it would be written in a document.
    public var printed: String { Printer.type(self) }
}
