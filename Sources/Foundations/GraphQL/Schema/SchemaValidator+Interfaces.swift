extension SchemaValidator {
    /// A type has every field of the interfaces it names, with arguments and types that fit. Section 3.6.1.
    mutating func checkInterfaces(_ type: NamedType) {
        var seen: Set<Int> = []
        for index in type.interfaces {
            let interface = schema.types[index]
            let places = implementations(of: interface, by: type)
            guard interface.kind == .interface else {
                report("\(type.name) can only implement interfaces, \(interface.name) is none.", at: places)
                continue
            }
            if type === interface { report("\(type.name) cannot implement itself.", at: places) }
            guard seen.insert(index).inserted else {
                report("\(type.name) can implement \(interface.name) only once.", at: places)
                continue
            }
            checkAncestors(type, interface)
            for field in interface.fields { checkField(field, of: interface, in: type) }
        }
    }

    private func implementations(of interface: NamedType, by type: NamedType) -> [Int] {
        type.definitions.flatMap(\.interfaces).filter { $0.value == interface.name }.map(\.offset)
    }

    private mutating func checkAncestors(_ type: NamedType, _ interface: NamedType) {
        for index in interface.interfaces where !type.interfaces.contains(index) {
            let ancestor = schema.types[index]
            let places =
                implementations(of: ancestor, by: interface) + implementations(of: interface, by: type)
            report(
                ancestor === type
                    ? "\(type.name) cannot implement \(interface.name), which implements \(type.name)."
                    : "\(type.name) must implement \(ancestor.name), because \(interface.name) does.",
                at: places)
        }
    }

    private mutating func checkField(_ expected: FieldType, of interface: NamedType, in type: NamedType) {
        let place = "\(interface.name).\(expected.name)"
        guard let field = type.field(expected.name) else {
            report(
                "\(type.name) lacks the field \(place) of the interface.",
                at: [expected.definition?.offset].compactMap { $0 } + type.definitions.map(\.offset))
            return
        }
        if !schema.isSubtype(field.type, of: expected.type) {
            report(
                "\(place) is of type \(schema.name(of: expected.type)), but \(type.name).\(field.name) of type"
                    + " \(schema.name(of: field.type)).",
                expected.definition?.type.offset, field.definition?.type.offset)
        }
        for argument in expected.arguments {
            guard let own = field.argument(argument.name) else {
                report(
                    "\(type.name).\(field.name) lacks the argument \(place)(\(argument.name):) of the interface.",
                    argument.definition.offset, field.definition?.offset)
                continue
            }
            if own.type != argument.type {
                report(
                    "\(place)(\(argument.name):) is of type \(schema.name(of: argument.type)), but that of"
                        + " \(type.name) of type \(schema.name(of: own.type)).",
                    argument.definition.type.offset, own.definition.type.offset)
            }
        }
        for argument in field.arguments where expected.argument(argument.name) == nil && argument.isRequired {
            report(
                "\(type.name).\(field.name) requires the argument \(argument.name), which \(place) does not have.",
                argument.definition.offset, expected.definition?.offset)
        }
    }
}
