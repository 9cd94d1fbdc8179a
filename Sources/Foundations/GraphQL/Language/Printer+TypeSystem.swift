extension Printer {
    static func schema(_ schema: SchemaDefinition) -> String {
        let rootTypes = schema.rootTypes.map { "\($0.operation.rawValue): \($0.type.value)" }
        return description(schema.description)
            + join(
                [schema.isExtension ? "extend schema" : "schema", directives(schema.directives), block(rootTypes)], " ")
    }

    static func type(_ type: TypeDefinition) -> String {
        let keyword = (type.isExtension ? "extend " : "") + type.kind.keyword
        let body: String
        switch type.kind {
        case .scalar: body = ""
        case .object, .interface: body = block(type.fields.map(field))
        case .inputObject: body = block(type.inputFields.map(inputValue))
        case .union: body = wrap("= ", type.members.map(\.value).joined(separator: " | "))
        case .enumeration:
            body = block(
                type.values.map { value in
                    description(value.description) + join([value.name.value, directives(value.directives)], " ")
                })
        }
        let interfaces = wrap("implements ", type.interfaces.map(\.value).joined(separator: " & "))
        return description(type.description)
            + join([keyword, type.name.value, interfaces, directives(type.directives), body], " ")
    }

    private static func field(_ field: FieldDefinition) -> String {
        description(field.description) + field.name.value + arguments(field.arguments) + ": \(type(field.type))"
            + wrap(" ", directives(field.directives))
    }

    private static func inputValue(_ input: InputValueDefinition) -> String {
        description(input.description) + "\(input.name.value): \(type(input.type))"
            + wrap(" = ", input.defaultValue.map(value) ?? "") + wrap(" ", directives(input.directives))
    }

    private static func arguments(_ arguments: [InputValueDefinition]) -> String {
        let printed = arguments.map(inputValue)
        return printed.contains { $0.contains("\n") }
            ? wrap("(\n", indent(printed.joined(separator: "\n")), "\n)")
            : wrap("(", printed.joined(separator: ", "), ")")
    }

    static func directiveDefinition(_ directive: DirectiveDefinition) -> String {
        description(directive.description) + "directive @\(directive.name.value)" + arguments(directive.arguments)
            + (directive.isRepeatable ? " repeatable" : "") + " on "
            + directive.locations.map(\.value).joined(separator: " | ")
    }
}
