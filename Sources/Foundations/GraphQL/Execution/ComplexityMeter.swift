/// Adds up what an operation costs: each field one, or what its binding says, over the cost of what is selected of it.
///
/// Conditions (`@skip`, `@include`) are obeyed. Of an interface or union the dearest possible type counts. The measure is
/// memoised by selection set and type, so that its own cost stays linear.
struct ComplexityMeter<Context: Sendable> {
    private struct Key: Hashable {
        let set: Int
        let type: Int
    }

    private let execution: Execution<Context>
    private let costs: [SchemaBinding<Context>.Coordinate: SchemaBinding<Context>.Cost]
    private var known: [Key: Int] = [:]

    init(execution: Execution<Context>, costs: [SchemaBinding<Context>.Coordinate: SchemaBinding<Context>.Cost]) {
        self.execution = execution
        self.costs = costs
    }

    mutating func complexity() -> Int {
        guard let root = execution.schema.root(execution.operation.kind) else { return 0 }
        return cost(of: execution.operation.selectionSet, root)
    }

    private mutating func cost(of set: SelectionSet, _ type: NamedType) -> Int {
        let key = Key(set: set.offset, type: type.index)
        if let cost = known[key] { return cost }
        var total = 0
        for selection in set.selections where isIncluded(selection.directives) {
            switch selection {
            case .field(let field): total = sum(total, cost(of: field, type))
            case .inline(let fragment):
                let condition = fragment.typeCondition.flatMap { execution.schema.type($0.value) } ?? type
                total = sum(total, cost(of: fragment.selectionSet, narrower(condition, type)))
            case .spread(let spread):
                guard let fragment = execution.prepared.fragments[spread.name.value],
                    let condition = execution.schema.type(fragment.typeCondition.value)
                else { continue }
                total = sum(total, cost(of: fragment.selectionSet, narrower(condition, type)))
            }
        }
        known[key] = total
        return total
    }

    /// The object type if one of both is one, as costs are bound to those.
    private func narrower(_ condition: NamedType, _ type: NamedType) -> NamedType {
        condition.isAbstract && type.kind == .object ? type : condition
    }

    private mutating func cost(of node: Field, _ type: NamedType) -> Int {
        guard let field = execution.schema.field(node.name.value, of: type) else { return 0 }
        let selection = node.selectionSet.map { cost(of: $0, execution.schema.types[field.type.index]) } ?? 0
        guard !costs.isEmpty else { return sum(selection, 1) }
        let owners = type.isAbstract ? execution.schema.possibleTypes(of: type) : [type]
        return owners.map { owner in
            let coordinate = SchemaBinding<Context>.Coordinate(type: owner.name, field: field.name)
            guard let cost = costs[coordinate] else { return sum(selection, 1) }
            return cost((try? execution.arguments(of: field, node)) ?? [:], selection)
        }.max() ?? sum(selection, 1)
    }

    private func isIncluded(_ directives: [Directive]) -> Bool {
        directives.allSatisfy { directive in
            guard let value = directive.arguments.first(where: { $0.name.value == "if" })?.value else { return true }
            let flag: Bool
            switch value.kind {
            case .boolean(let literal): flag = literal
            case .variable(let name):
                guard case .bool(let variable)? = execution.variables[name] else { return true }
                flag = variable
            default: return true
            }
            switch directive.name.value {
            case "skip": return !flag
            case "include": return flag
            default: return true
            }
        }
    }

    private func sum(_ first: Int, _ second: Int) -> Int {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : sum
    }
}
