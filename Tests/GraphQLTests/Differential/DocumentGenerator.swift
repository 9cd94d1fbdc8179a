import GraphQL

/// Writes documents for a schema; `mistakes` is how often, in per cent, something is written that breaks a rule.
struct DocumentGenerator {
    var random: SeededGenerator
    let schema: Schema
    let mistakes: Int
    private var variables: [(name: String, type: String, definition: String)] = []
    private var fragmentTypes: [NamedType] = []
    private var usedFragments: Set<Int> = []
    private var aliasCount = 0

    init(seed: UInt64, schema: Schema, mistakes: Int) {
        random = SeededGenerator(seed: seed)
        self.schema = schema
        self.mistakes = mistakes
    }

    struct Generated {
        var text: String
        var variables: GraphQLObject
        var operationName: String?
    }

    private mutating func errs() -> Bool { random.chance(mistakes) }

    mutating func document() -> Generated {
        let composites = schema.types.filter { $0.isComposite && !$0.name.hasPrefix("__") }
        fragmentTypes = (0..<random.number(5)).map { _ in random.pick(composites) }
        let names = random.chance(70) ? [errs() ? "" : "First"] : ["First", errs() ? "First" : "Second"]
        var operations: [String] = []
        var values = GraphQLObject()
        for name in names {
            variables = []
            let kind = random.chance(80) ? OperationKind.query : random.pick(OperationKind.allCases)
            guard let root = schema.root(kind) else { continue }
            let body =
                kind == .subscription
                ? "{ \(field(random.pick(root.fields), of: root, depth: 2)) }" : selections(of: root, depth: 3)
            if errs() { _ = variable("Int") }
            let list = variables.isEmpty ? "" : "(\(variables.map(\.definition).joined(separator: ", ")))"
            operations.append(
                "\(kind.rawValue) \(name)\(list) \(directive(kind == .query ? ["@tag", "@tag(level: 2) @tag"] : [""]))\(body)"
            )
            for variable in variables { addValue(of: variable, to: &values) }
        }
        if names == ["First"], variables.isEmpty, random.chance(30) {
            operations[0] = operations[0].replacing("query First", with: "query")
        }
        var fragments: [String] = []
        // Fragments cannot use variables that an operation may not have, so none are made in them.
        noVariables = true
        for index in 0..<fragmentTypes.count where usedFragments.contains(index) || errs() {
            let type = fragmentTypes[index]
            let condition = errs() ? "Nowhere" : type.name
            fragments.append(
                "fragment Fragment\(index) on \(condition) \(directive(["@once"]))\(selections(of: type, depth: 2, fragmentsFrom: index + 1))"
            )
        }
        let operationName: String? =
            names.count > 1 ? (errs() ? nil : random.pick(names)) : (errs() ? "Other" : nil)
        return Generated(
            text: (operations + fragments).joined(separator: "\n"), variables: values, operationName: operationName)
    }

    private var noVariables = false

    // MARK: Selections

    private mutating func selections(of type: NamedType, depth: Int, fragmentsFrom: Int = 0) -> String {
        var items: [String] = []
        for _ in 0..<(1 + random.number(4)) {
            switch random.number(10) {
            case 0: items.append("\(random.chance(30) ? "t: " : "")__typename")
            case 1, 2:
                let fitting = fragmentTypes.indices.filter { $0 >= fragmentsFrom && overlap(fragmentTypes[$0], type) }
                let index = errs() ? random.number(5) : fitting.isEmpty ? nil : random.pick(fitting)
                guard let index else { continue }
                usedFragments.insert(index)
                items.append("...Fragment\(index) \(directive(["@tag"]))")
            case 3, 4:
                guard depth > 0 else { continue }
                let other = narrower(type)
                let condition = random.chance(85) ? "on \(other.name) " : ""
                items.append(
                    "... \(condition)\(directive(["@once"]))\(selections(of: condition.isEmpty ? type : other, depth: depth - 1, fragmentsFrom: fragmentsFrom))"
                )
            default:
                guard !type.fields.isEmpty else {
                    items.append("__typename")
                    continue
                }
                items.append(field(random.pick(type.fields), of: type, depth: depth, fragmentsFrom: fragmentsFrom))
            }
        }
        return "{ \(items.isEmpty ? "__typename" : items.joined(separator: " ")) }"
    }

    private mutating func narrower(_ type: NamedType) -> NamedType {
        if errs() { return random.pick(schema.types.filter { !$0.name.hasPrefix("__") }) }
        let possible = schema.types.filter { other in
            other.isComposite && !other.name.hasPrefix("__")
                && (other === type || overlap(other, type))
        }
        return possible.isEmpty ? type : random.pick(possible)
    }

    private func overlap(_ first: NamedType, _ second: NamedType) -> Bool {
        let names = Set((first.isAbstract ? schema.possibleTypes(of: first) : [first]).map(\.name))
        return (second.isAbstract ? schema.possibleTypes(of: second) : [second]).contains { names.contains($0.name) }
    }

    private mutating func field(
        _ field: FieldType, of type: NamedType, depth: Int, fragmentsFrom: Int = 0
    ) -> String {
        let result = schema.types[field.type.index]
        if result.isComposite, depth <= 0, !errs() { return "__typename" }
        let name = errs() ? "nowhere" : field.name
        var arguments: [String] = []
        for argument in field.arguments where argument.isRequired || random.chance(40) {
            if errs() { continue }
            arguments.append("\(argument.name): \(value(of: argument.type))")
        }
        if errs() { arguments.append("stray: 1") }
        if errs(), let first = arguments.first { arguments.append(first) }
        let list = arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
        let conditions = ["@include(if: true)", "@skip(if: false)", "@skip(if: true)", "@tag(name: \"n\")", "@once"]
        // Aliases of their own keep conflicts rare, those from a small pool make them.
        aliasCount += 1
        let hasAlias = !arguments.isEmpty || random.chance(60)
        let alias = errs() ? "a\(random.number(2)): " : hasAlias ? "x\(aliasCount): " : ""
        var text = "\(alias)\(name)\(list) \(directive(conditions))"
        if result.isComposite != errs() {
            text += selections(of: result.isComposite ? result : type, depth: depth - 1, fragmentsFrom: fragmentsFrom)
        }
        return text
    }

    private mutating func directive(_ usual: [String]) -> String {
        if errs() {
            return random.pick([
                "@unknown ", "@skip ", "@include(if: 1) ", "@once @once ", "@tag(x: 1) ", "@deprecated ",
            ])
        }
        if random.chance(8), !noVariables { return "@include(if: $\(variable("Boolean!"))) " }
        return random.chance(12) ? random.pick(usual) + " " : ""
    }

    // MARK: Values

    private mutating func value(of type: TypeReference, depth: Int = 2) -> String {
        if random.chance(15), !noVariables { return "$\(variable(schema.name(of: type)))" }
        if errs() {
            return random.pick([
                "null", "1", "\"x\"", "RED", "[1]", "{a: 1}", "true", "1.5", "99999999999", "$undefined",
            ])
        }
        switch type {
        case .nonNull(let inner): return value(of: inner, depth: depth)
        case .list(let inner):
            if random.chance(20) { return value(of: inner, depth: depth) }
            return "[\((0..<random.number(3)).map { _ in value(of: inner, depth: depth) }.joined(separator: ", "))]"
        case .named(let index):
            let named = schema.types[index]
            switch named.kind {
            case .enumeration: return random.pick(named.values).name
            case .inputObject:
                var members: [String] = []
                for input in named.inputFields where input.isRequired || (depth > 0 && random.chance(40)) {
                    if errs() { continue }
                    members.append("\(input.name): \(value(of: input.type, depth: depth - 1))")
                }
                if errs() { members.append("stray: 1") }
                if errs(), let first = members.first { members.append(first) }
                return "{\(members.joined(separator: ", "))}"
            default: return scalar(named.name)
            }
        }
    }

    private mutating func scalar(_ name: String) -> String {
        switch name {
        case "Int": random.pick(["0", "1", "-7", "2147483647"])
        case "Float": random.pick(["0", "1.5", "-2.25e2", "3"])
        case "Boolean": random.pick(["true", "false"])
        case "ID": random.pick(["7", "\"id\""])
        case "String": random.pick(["\"\"", "\"text\"", "\"é \\n \\u00e9\"", "\"\"\"\n  block\n    text\n\"\"\""])
        default: random.pick(["1", "\"d\"", "[1, {a: null}]", "{x: [true, E]}"])
        }
    }

    // MARK: Variables

    private mutating func variable(_ type: String) -> String {
        if let known = variables.filter({ $0.type == type }).first, random.chance(50) { return known.name }
        let name = "v\(variables.count)"
        let declared = errs() ? random.pick(["Int", "[String]", "Nowhere", "Query", "Input0!"]) : type
        var definition = "$\(name): \(declared)"
        if declared == "Int", random.chance(40) { definition += " = 5" }
        if declared == "Boolean!", random.chance(30) { definition += " = true" }
        if errs() { definition += " = \(random.pick(["null", "\"x\"", "{a: 1}", "[RED]"]))" }
        if random.chance(8) { definition += " @once" }
        variables.append((name, declared, definition))
        return name
    }

    private mutating func addValue(
        of variable: (name: String, type: String, definition: String), to values: inout GraphQLObject
    ) {
        if !variable.type.hasSuffix("!"), random.chance(30) { return }
        if errs() {
            let wrong: [GraphQLValue] = [.null, 1, "x", [1], ["a": 1], 1.5]
            if random.chance(50) { values[variable.name] = random.pick(wrong) }
            return
        }
        values[variable.name] = json(variable.type)
    }

    private mutating func json(_ type: String) -> GraphQLValue {
        if type.hasSuffix("!") { return json(String(type.dropLast())) }
        if type.hasPrefix("[") {
            let inner = String(type.dropFirst().dropLast())
            return .list((0..<random.number(3)).map { _ in json(inner) })
        }
        guard let named = schema.type(type) else { return 1 }
        switch named.kind {
        case .enumeration: return .string(random.pick(named.values).name)
        case .inputObject:
            var object = GraphQLObject()
            for input in named.inputFields where input.isRequired || random.chance(15) {
                object[input.name] = json(schema.name(of: input.type))
            }
            return .object(object)
        default:
            switch type {
            case "Int": return .int(random.number(100))
            case "Float": return random.chance(50) ? .int(3) : 2.5
            case "Boolean": return .bool(random.chance(50))
            case "ID": return random.chance(50) ? 9 : "nine"
            case "String": return "text"
            default: return ["any": [1, nil]]
            }
        }
    }
}
