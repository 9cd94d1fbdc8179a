/// What one operation or fragment uses directly.
struct DefinitionUses {
    var spreads: [FragmentSpread] = []
    var variables: [VariableUse] = []
}

/// A variable where a value of `type` is expected.
struct VariableUse {
    let name: String
    let offset: Int
    let type: TypeReference?
    /// Whether the place has a default of its own.
    let hasDefault: Bool
}

extension DocumentValidator {
    /// Fragments that nobody uses, variables that nobody defined or uses, variables in the wrong place.
    mutating func checkUses(_ operationUses: [DefinitionUses], _ fragmentUses: [String: DefinitionUses]) {
        var usedFragments: Set<String> = []
        for (operation, uses) in zip(document.operations, operationUses) {
            var reached: Set<String> = []
            var variables = uses.variables
            var pending = uses.spreads[...]
            while let spread = pending.popFirst() {
                let name = spread.name.value
                guard let uses = fragmentUses[name], reached.insert(name).inserted else { continue }
                variables += uses.variables
                pending += uses.spreads
            }
            usedFragments.formUnion(reached)
            check(variables, of: operation)
        }
        for case .fragment(let fragment) in document.definitions where !usedFragments.contains(fragment.name.value) {
            report(.noUnusedFragments, "The fragment \"\(fragment.name.value)\" is never used.", fragment.offset)
        }
    }

    private mutating func check(_ uses: [VariableUse], of operation: OperationDefinition) {
        guard !uses.isEmpty || !operation.variables.isEmpty else { return }
        var definitions: [String: VariableDefinition] = [:]
        for variable in operation.variables { definitions[variable.name.value] = variable }
        var used: Set<String> = []
        for use in uses {
            used.insert(use.name)
            guard let definition = definitions[use.name] else {
                report(
                    .noUndefinedVariables, "The variable \"$\(use.name)\" is not defined.", use.offset,
                    operation.offset)
                continue
            }
            guard let expected = use.type, let type = schema.reference(definition.type),
                !isAllowed(definition, type, where: expected, use.hasDefault)
            else { continue }
            report(
                .variablesInAllowedPosition,
                "The variable \"$\(use.name)\" of type \(schema.name(of: type)) is used where"
                    + " \(schema.name(of: expected)) is expected.", definition.offset, use.offset)
        }
        for variable in operation.variables where !used.contains(variable.name.value) {
            report(.noUnusedVariables, "The variable \"$\(variable.name.value)\" is never used.", variable.offset)
        }
    }

    private func isAllowed(
        _ definition: VariableDefinition, _ type: TypeReference, where expected: TypeReference, _ hasDefault: Bool
    ) -> Bool {
        guard case .nonNull(let inner) = expected, !type.isNonNull else {
            return schema.isSubtype(type, of: expected)
        }
        let hasValue = definition.defaultValue.map { !$0.isNull } ?? false
        return (hasValue || hasDefault) && schema.isSubtype(type, of: inner)
    }

    /// Fragments that contain themselves. Every circle is reported once.
    mutating func checkCycles() {
        var search = CycleSearch(fragments: fragments)
        for case .fragment(let fragment) in document.definitions { search.visit(fragment) }
        for cycle in search.cycles {
            report(
                .noFragmentCycles, "The fragment \"\(cycle.last?.name.value ?? "")\" contains itself.",
                at: cycle.map(\.offset))
        }
    }

    /// A subscription selects one field, which is not one of introspection. Section 5.2.3.
    mutating func checkSingleField(of operation: OperationDefinition, _ root: NamedType) {
        var collector = FieldCollector(schema: schema, fragments: fragments, variables: [:], isLenient: true)
        guard let groups = try? collector.collect(operation.selectionSet, for: root) else { return }
        let extra = groups.dropFirst().flatMap(\.nodes)
        if !extra.isEmpty {
            report(
                .singleFieldSubscriptions, "A subscription must select only one field.", at: extra.map(\.offset))
        }
        for group in groups where group.nodes[0].name.value.hasPrefix("__") {
            report(
                .singleFieldSubscriptions, "A subscription must not select a field of introspection.",
                at: group.nodes.map(\.offset))
        }
    }

    /// Lists of introspection (`fields`, `interfaces`, `possibleTypes`, `inputFields`) at most two inside one another.
    mutating func checkIntrospection(_ node: Field) {
        var visited: [String: Int] = [:]
        if isTooDeep(.field(node), depth: 0, &visited) {
            report(.maxIntrospectionDepth, "Introspection is nested too deeply.", node.offset)
        }
    }

    private func isTooDeep(_ selection: Selection, depth: Int, _ visited: inout [String: Int]) -> Bool {
        let set: SelectionSet?
        var depth = depth
        switch selection {
        case .field(let field):
            if ["fields", "interfaces", "possibleTypes", "inputFields"].contains(field.name.value) { depth += 1 }
            if depth >= 3 { return true }
            set = field.selectionSet
        case .inline(let fragment): set = fragment.selectionSet
        case .spread(let spread):
            guard let fragment = fragments[spread.name.value], visited[spread.name.value] ?? -1 < depth else {
                return false
            }
            visited[spread.name.value] = depth
            set = fragment.selectionSet
        }
        return set?.selections.contains { isTooDeep($0, depth: depth, &visited) } ?? false
    }
}

/// A depth-first search through fragments.
private struct CycleSearch {
    let fragments: [String: FragmentDefinition]
    private(set) var cycles: [[FragmentSpread]] = []
    private var visited: Set<String> = []
    private var path: [FragmentSpread] = []
    private var positions: [String: Int] = [:]

    init(fragments: [String: FragmentDefinition]) { self.fragments = fragments }

    mutating func visit(_ fragment: FragmentDefinition) {
        let name = fragment.name.value
        guard visited.insert(name).inserted else { return }
        positions[name] = path.count
        for spread in Self.spreads(in: fragment.selectionSet) {
            path.append(spread)
            if let start = positions[spread.name.value] {
                cycles.append(Array(path[start...]))
            } else if let next = fragments[spread.name.value] {
                visit(next)
            }
            path.removeLast()
        }
        positions[name] = nil
    }

    /// The spreads of a set before those of the sets inside it, of these the last first: of several ways round a circle
    /// the one is reported that other implementations report.
    private static func spreads(in set: SelectionSet) -> [FragmentSpread] {
        var spreads: [FragmentSpread] = []
        var pending = [set]
        while let set = pending.popLast() {
            for selection in set.selections {
                switch selection {
                case .spread(let spread): spreads.append(spread)
                case .field(let field): if let inner = field.selectionSet { pending.append(inner) }
                case .inline(let fragment): pending.append(fragment.selectionSet)
                }
            }
        }
        return spreads
    }
}
