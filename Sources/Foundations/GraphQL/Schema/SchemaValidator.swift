/// Checks the types of a schema: the "Type Validation" parts of section 3 of the specification.
struct SchemaValidator {
    let schema: Schema
    private(set) var errors: [GraphQLError] = []

    static func validate(_ schema: Schema) -> [GraphQLError] {
        var validator = SchemaValidator(schema: schema)
        validator.checkRoots()
        for directive in schema.directives where !directive.isBuiltIn { validator.check(directive) }
        var circles = InputCircles(schema: schema)
        for type in schema.types where !type.definitions.isEmpty && !BuiltInDefinitions.typeNames.contains(type.name) {
            validator.check(type)
            if type.kind == .inputObject { circles.visit(type) }
        }
        for type in schema.types where BuiltInDefinitions.typeNames.contains(type.name) {
            let isOwn = schema.document.definitions.contains {
                if case .type(let own) = $0 { own.name.value == type.name } else { false }
            }
            if isOwn { validator.checkName(type.name, type.definitions[0].offset) }
        }
        return validator.errors + circles.errors
    }

    private init(schema: Schema) { self.schema = schema }

    mutating func report(_ message: String, _ offsets: Int?...) {
        report(message, at: offsets.compactMap { $0 })
    }

    mutating func report(_ message: String, at offsets: [Int]) {
        errors.append(
            GraphQLError(message, locations: offsets.map(schema.document.location(at:)), rule: .typeSystem))
    }

    mutating func checkName(_ name: String, _ offset: Int) {
        if name.hasPrefix("__") {
            report("The name \"\(name)\" must not begin with \"__\", which is reserved for introspection.", offset)
        }
    }

    private mutating func checkRoots() {
        var nodes: [OperationKind: SchemaDefinition.RootType] = [:]
        var definition: SchemaDefinition?
        for case .schema(let node) in schema.document.definitions {
            if !node.isExtension { definition = node }
            for root in node.rootTypes where nodes[root.operation] == nil { nodes[root.operation] = root }
        }
        if schema.query == nil { report("The schema must have a query root type.", definition?.offset) }
        for kind in OperationKind.allCases {
            guard let type = schema.root(kind), type.kind != .object else { continue }
            report(
                "The \(kind.rawValue) root type must be an object type, \(type.name) is not.",
                nodes[kind]?.type.offset ?? type.definitions.first?.offset)
        }
    }

    private mutating func check(_ directive: DirectiveType) {
        checkName(directive.name, directive.definition.offset)
        for argument in directive.arguments {
            let place = "@\(directive.name)(\(argument.name):)"
            checkName(argument.name, argument.definition.offset)
            if !schema.types[argument.type.index].isInput {
                report("The type of \(place) must be an input type.", argument.definition.offset)
            }
            checkDeprecation(of: argument, "argument \(place)")
        }
    }

    mutating func checkDeprecation(of input: InputValueType, _ place: String) {
        guard input.isRequired, input.deprecationReason != nil else { return }
        report(
            "The required \(place) cannot be deprecated.",
            input.definition.directives.first { $0.name.value == "deprecated" }?.offset, input.definition.type.offset)
    }

    private mutating func check(_ type: NamedType) {
        guard let definition = type.definitions.first else { return }
        checkName(type.name, definition.offset)
        switch type.kind {
        case .scalar: break
        case .object, .interface:
            checkFields(type)
            checkInterfaces(type)
        case .union: checkMembers(type)
        case .enumeration:
            if type.values.isEmpty {
                report("The enum type \(type.name) must have values.", at: type.definitions.map(\.offset))
            }
            for value in type.values { checkName(value.name, value.definition.offset) }
        case .inputObject: checkInputFields(type)
        }
    }

    private mutating func checkFields(_ type: NamedType) {
        if type.fields.isEmpty {
            report("The type \(type.name) must have fields.", at: type.definitions.map(\.offset))
        }
        for field in type.fields {
            guard let definition = field.definition else { continue }
            checkName(field.name, definition.offset)
            if schema.types[field.type.index].kind == .inputObject {
                report("The type of \(type.name).\(field.name) must be an output type.", definition.type.offset)
            }
            for argument in field.arguments {
                let place = "\(type.name).\(field.name)(\(argument.name):)"
                checkName(argument.name, argument.definition.offset)
                if !schema.types[argument.type.index].isInput {
                    report("The type of \(place) must be an input type.", argument.definition.type.offset)
                }
                checkDeprecation(of: argument, "argument \(place)")
            }
        }
    }

    private mutating func checkMembers(_ union: NamedType) {
        if union.members.isEmpty {
            report("The union type \(union.name) must have members.", at: union.definitions.map(\.offset))
        }
        var seen: Set<Int> = []
        for index in union.members {
            let member = schema.types[index]
            let places = union.definitions.flatMap(\.members).filter { $0.value == member.name }.map(\.offset)
            if member.kind != .object {
                report("The union type \(union.name) can only include object types, not \(member.name).", at: places)
            } else if !seen.insert(index).inserted {
                report("The union type \(union.name) can include \(member.name) only once.", at: places)
            }
        }
    }

    private mutating func checkInputFields(_ type: NamedType) {
        if type.inputFields.isEmpty {
            report("The input type \(type.name) must have fields.", at: type.definitions.map(\.offset))
        }
        for field in type.inputFields {
            checkName(field.name, field.definition.offset)
            if !schema.types[field.type.index].isInput {
                report("The type of \(type.name).\(field.name) must be an input type.", field.definition.type.offset)
            }
            checkDeprecation(of: field, "input field \(type.name).\(field.name)")
        }
    }
}

/// Finds input objects that contain themselves through fields that are never null: no value of them could end.
private struct InputCircles {
    let schema: Schema
    private(set) var errors: [GraphQLError] = []
    private var visited: Set<Int> = []
    private var path: [InputValueType] = []
    private var positions: [Int: Int] = [:]

    init(schema: Schema) { self.schema = schema }

    mutating func visit(_ type: NamedType) {
        guard visited.insert(type.index).inserted else { return }
        positions[type.index] = path.count
        for field in type.inputFields {
            guard case .nonNull(.named(let index)) = field.type, schema.types[index].kind == .inputObject else {
                continue
            }
            path.append(field)
            if let start = positions[index] {
                let circle = path[start...]
                errors.append(
                    GraphQLError(
                        "The input type \(schema.types[index].name) contains itself through fields that are never"
                            + " null: \(circle.map(\.name).joined(separator: ".")).",
                        locations: circle.map { schema.document.location(at: $0.definition.offset) },
                        rule: .typeSystem))
            } else {
                visit(schema.types[index])
            }
            path.removeLast()
        }
        positions[type.index] = nil
    }
}
