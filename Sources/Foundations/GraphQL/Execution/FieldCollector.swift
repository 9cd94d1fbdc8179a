/// Gathers the fields that selection sets mean for one object type: fragments spread, `@skip` and `@include` obeyed,
/// fields of the same response key together. Section 6.3.2 of the specification.
struct FieldCollector {
    /// The nodes of one response key.
    struct Group {
        let key: String
        var nodes: [Field]
    }

    private let schema: Schema
    private let fragments: [String: FragmentDefinition]
    private let variables: GraphQLObject
    private let document: Document?
    private var visited: Set<String> = []
    private var groups: [Group] = []
    private var positions: [String: Int] = [:]

    /// `isLenient`: before variables are known, a condition that cannot be decided counts as included.
    init(
        schema: Schema, fragments: [String: FragmentDefinition], variables: GraphQLObject, document: Document? = nil,
        isLenient: Bool = false
    ) {
        self.schema = schema
        self.fragments = fragments
        self.variables = variables
        self.document = isLenient ? nil : document
    }

    mutating func collect(_ set: SelectionSet, for type: NamedType) throws(GraphQLError) -> [Group] {
        try add(set, type)
        return groups
    }

    mutating func collect(_ nodes: [Field], for type: NamedType) throws(GraphQLError) -> [Group] {
        for node in nodes {
            if let set = node.selectionSet { try add(set, type) }
        }
        return groups
    }

    private mutating func add(_ set: SelectionSet, _ type: NamedType) throws(GraphQLError) {
        for selection in set.selections {
            guard try isIncluded(selection.directives) else { continue }
            switch selection {
            case .field(let field): add(field)
            case .inline(let fragment):
                guard fragment.typeCondition.map({ applies($0, to: type) }) ?? true else { continue }
                try add(fragment.selectionSet, type)
            case .spread(let spread):
                guard visited.insert(spread.name.value).inserted, let fragment = fragments[spread.name.value],
                    applies(fragment.typeCondition, to: type)
                else { continue }
                try add(fragment.selectionSet, type)
            }
        }
    }

    private mutating func add(_ field: Field) {
        let key = field.responseKey
        let position = groups.count < 8 ? groups.firstIndex { $0.key == key } : positions[key]
        if let position {
            groups[position].nodes.append(field)
            return
        }
        // A dictionary is worth its price only for wide selections.
        if groups.count == 7 {
            for (index, group) in groups.enumerated() { positions[group.key] = index }
        }
        if groups.count >= 7 { positions[key] = groups.count }
        groups.append(Group(key: key, nodes: [field]))
    }

    private func applies(_ condition: Name, to type: NamedType) -> Bool {
        if condition.value == type.name { return true }
        guard let other = schema.type(condition.value), other.isAbstract else { return false }
        return schema.isSubtype(type, of: other)
    }

    private func isIncluded(_ directives: [Directive]) throws(GraphQLError) -> Bool {
        guard !directives.isEmpty else { return true }
        if let skip = directives.first(where: { $0.name.value == "skip" }), try condition(skip) ?? false {
            return false
        }
        if let include = directives.first(where: { $0.name.value == "include" }) {
            return try condition(include) ?? true
        }
        return true
    }

    private func condition(_ directive: Directive) throws(GraphQLError) -> Bool? {
        guard let argument = directive.arguments.last(where: { $0.name.value == "if" }) else {
            return try undecided("The argument \"if\" of @\(directive.name.value) is required.", directive.offset)
        }
        switch argument.value.kind {
        case .boolean(let flag): return flag
        case .variable(let name):
            if case .bool(let flag)? = variables[name] { return flag }
            return try undecided(
                "The argument \"if\" of @\(directive.name.value) needs a value, but \"$\(name)\" has none.",
                argument.value.offset)
        default:
            return try undecided(
                "The argument \"if\" of @\(directive.name.value) must be a boolean.", argument.value.offset)
        }
    }

    private func undecided(_ message: String, _ offset: Int) throws(GraphQLError) -> Bool? {
        guard let document else { return nil }
        throw GraphQLError(message, locations: [document.location(at: offset)])
    }
}
