/// Finds fields with the same name in the response that cannot be merged. Section 5.3.2 of the specification.
///
/// Every pair of fragments, and every set with every fragment, is compared once, and a budget of steps bounds what
/// hostile documents can make of the rest.
struct OverlappingFields {
    /// Two fields (with their conflicting sub-fields) that cannot be merged, by their offsets.
    struct Conflict {
        let key: String
        let reason: String
        let first: [Int]
        let second: [Int]
    }

    /// A field of a set, with what the schema says of it.
    private struct Entry {
        let parent: NamedType?
        let node: Field
        let type: TypeReference?
    }

    private final class Fields {
        var keys: [String] = []
        var groups: [String: [Entry]] = [:]
        var spreads: [String] = []
        /// Fragments that have been compared with this set, and whether as mutually exclusive.
        var compared: [String: Bool] = [:]
    }

    private struct Exhausted: Error {}

    private struct SetKey: Hashable {
        let offset: Int
        let parent: Int
    }

    private struct Pair: Hashable {
        let first: String
        let second: String
    }

    private let schema: Schema
    private let fragments: [String: FragmentDefinition]
    private var budget: Int
    private var cache: [SetKey: Fields] = [:]
    private var comparedPairs: [Pair: Bool] = [:]

    init(schema: Schema, fragments: [String: FragmentDefinition], budget: Int) {
        self.schema = schema
        self.fragments = fragments
        self.budget = budget
    }

    /// The conflicts within a set; nil when the budget is used up.
    mutating func conflicts(in set: SelectionSet, of parent: NamedType?) -> [Conflict]? {
        if set.selections.count <= 1 {
            guard case .inline? = set.selections.first else { return [] }
        } else if Self.isPlain(set) {
            return []
        }
        do throws(Exhausted) {
            return try within(fields(of: set, parent))
        } catch {
            return nil
        }
    }

    /// The common case: fields only, every name once.
    private static func isPlain(_ set: SelectionSet) -> Bool {
        let selections = set.selections
        guard selections.count <= 16 else { return false }
        for (index, selection) in selections.enumerated() {
            guard case .field(let field) = selection else { return false }
            for other in selections[..<index] {
                if case .field(let earlier) = other, earlier.responseKey == field.responseKey { return false }
            }
        }
        return true
    }

    private mutating func spend(_ steps: Int) throws(Exhausted) {
        budget -= steps
        if budget < 0 { throw Exhausted() }
    }

    // MARK: Collecting

    private mutating func fields(of set: SelectionSet, _ parent: NamedType?) -> Fields {
        let key = SetKey(offset: set.offset, parent: parent?.index ?? -1)
        if let known = cache[key] { return known }
        let fields = Fields()
        collect(set, parent, into: fields)
        cache[key] = fields
        return fields
    }

    private func collect(_ set: SelectionSet, _ parent: NamedType?, into fields: Fields) {
        for selection in set.selections {
            switch selection {
            case .field(let node):
                let key = node.responseKey
                if fields.groups[key] == nil { fields.keys.append(key) }
                let entry = Entry(parent: parent, node: node, type: parent?.field(node.name.value)?.type)
                fields.groups[key, default: []].append(entry)
            case .spread(let spread):
                if !fields.spreads.contains(spread.name.value) { fields.spreads.append(spread.name.value) }
            case .inline(let fragment):
                let type = fragment.typeCondition.map { schema.type($0.value) } ?? parent
                collect(fragment.selectionSet, type, into: fields)
            }
        }
    }

    private mutating func fields(ofFragment name: String) -> Fields? {
        guard let fragment = fragments[name] else { return nil }
        return fields(of: fragment.selectionSet, schema.type(fragment.typeCondition.value))
    }

    // MARK: Comparing

    private mutating func within(_ fields: Fields) throws(Exhausted) -> [Conflict] {
        var conflicts: [Conflict] = []
        for key in fields.keys {
            guard let group = fields.groups[key], group.count > 1 else { continue }
            for (index, entry) in group.enumerated() {
                for other in group[(index + 1)...] {
                    if let conflict = try conflict(key, entry, other, exclusive: false) { conflicts.append(conflict) }
                }
            }
        }
        guard !fields.keys.isEmpty || fields.spreads.count > 1 else { return conflicts }
        for (index, spread) in fields.spreads.enumerated() {
            try compare(fields, withFragment: spread, exclusive: false, &conflicts)
            for other in fields.spreads[(index + 1)...] {
                try compare(spread, other, exclusive: false, &conflicts)
            }
        }
        return conflicts
    }

    private mutating func compare(
        _ fields: Fields, withFragment name: String, exclusive: Bool, _ conflicts: inout [Conflict]
    ) throws(Exhausted) {
        try spend(1)
        guard !fields.keys.isEmpty else { return }
        // Compared as not exclusive includes compared as exclusive.
        if let compared = fields.compared[name], !compared || exclusive { return }
        fields.compared[name] = exclusive
        guard let other = self.fields(ofFragment: name), other !== fields else { return }
        try compare(fields, other, exclusive: exclusive, &conflicts)
        for spread in other.spreads {
            try compare(fields, withFragment: spread, exclusive: exclusive, &conflicts)
        }
    }

    private mutating func compare(
        _ first: String, _ second: String, exclusive: Bool, _ conflicts: inout [Conflict]
    ) throws(Exhausted) {
        try spend(2)
        guard first != second else { return }
        let pair = first < second ? Pair(first: first, second: second) : Pair(first: second, second: first)
        if let compared = comparedPairs[pair], !compared || exclusive { return }
        comparedPairs[pair] = exclusive
        guard let firstFields = fields(ofFragment: first), let secondFields = fields(ofFragment: second) else {
            return
        }
        try compare(firstFields, secondFields, exclusive: exclusive, &conflicts)
        for spread in secondFields.spreads { try compare(first, spread, exclusive: exclusive, &conflicts) }
        for spread in firstFields.spreads { try compare(spread, second, exclusive: exclusive, &conflicts) }
    }

    private mutating func compare(
        _ first: Fields, _ second: Fields, exclusive: Bool, _ conflicts: inout [Conflict]
    ) throws(Exhausted) {
        for key in first.keys {
            try spend(1)
            guard let entries = first.groups[key], let others = second.groups[key] else { continue }
            for entry in entries {
                for other in others {
                    if let conflict = try conflict(key, entry, other, exclusive: exclusive) {
                        conflicts.append(conflict)
                    }
                }
            }
        }
    }

    private mutating func conflict(
        _ key: String, _ first: Entry, _ second: Entry, exclusive: Bool
    ) throws(Exhausted) -> Conflict? {
        try spend(2)
        // Fields of two different object types never come together, so they may differ in name and arguments.
        let isExclusive =
            exclusive
            || (first.parent !== second.parent && first.parent?.kind == .object && second.parent?.kind == .object)
        func conflict(_ reason: String) -> Conflict {
            Conflict(key: key, reason: reason, first: [first.node.offset], second: [second.node.offset])
        }
        if !isExclusive {
            let (name, other) = (first.node.name.value, second.node.name.value)
            if name != other { return conflict("\(name) and \(other) are different fields") }
            if !Self.areEqual(first.node.arguments, second.node.arguments) {
                return conflict("they have different arguments")
            }
        }
        if let type = first.type, let other = second.type, doConflict(type, other) {
            return conflict("they return \(schema.name(of: type)) and \(schema.name(of: other))")
        }
        guard let set = first.node.selectionSet, let other = second.node.selectionSet else { return nil }
        let conflicts = try between(
            fields(of: set, first.type.map { schema.types[$0.index] }),
            fields(of: other, second.type.map { schema.types[$0.index] }), exclusive: isExclusive)
        guard !conflicts.isEmpty else { return nil }
        let reason = conflicts.prefix(3).map { "their fields \"\($0.key)\" conflict: \($0.reason)" }
        return Conflict(
            key: key, reason: reason.joined(separator: " and "),
            first: Self.joined(first.node, conflicts.map(\.first)),
            second: Self.joined(second.node, conflicts.map(\.second)))
    }

    private mutating func between(
        _ first: Fields, _ second: Fields, exclusive: Bool
    ) throws(Exhausted) -> [Conflict] {
        var conflicts: [Conflict] = []
        try compare(first, second, exclusive: exclusive, &conflicts)
        for spread in second.spreads {
            try compare(first, withFragment: spread, exclusive: exclusive, &conflicts)
        }
        for spread in first.spreads {
            try compare(second, withFragment: spread, exclusive: exclusive, &conflicts)
        }
        for spread in first.spreads {
            for other in second.spreads { try compare(spread, other, exclusive: exclusive, &conflicts) }
        }
        return conflicts
    }

    /// At most twenty places a side, the deeper ones of a conflict first.
    private static func joined(_ node: Field, _ nested: [[Int]]) -> [Int] {
        var offsets = [node.offset]
        for group in nested {
            offsets += group.suffix(20 - offsets.count)
            if offsets.count == 20 { break }
        }
        return offsets
    }

    // MARK: Types and arguments

    private func doConflict(_ first: TypeReference, _ second: TypeReference) -> Bool {
        switch (first, second) {
        case (.list(let inner), .list(let other)), (.nonNull(let inner), .nonNull(let other)):
            return doConflict(inner, other)
        case (.named(let index), .named(let other)):
            return index != other && (schema.types[index].isLeaf || schema.types[other].isLeaf)
        default: return true
        }
    }

    private static func areEqual(_ first: [Argument], _ second: [Argument]) -> Bool {
        guard first.count == second.count else { return false }
        return first.allSatisfy { argument in
            guard let other = second.last(where: { $0.name.value == argument.name.value }) else { return false }
            return areEqual(argument.value, other.value)
        }
    }

    private static func areEqual(_ first: ValueNode, _ second: ValueNode) -> Bool {
        switch (first.kind, second.kind) {
        case (.variable(let name), .variable(let other)), (.int(let name), .int(let other)),
            (.float(let name), .float(let other)), (.enumeration(let name), .enumeration(let other)):
            return name == other
        case (.string(let text, let block), .string(let other, let otherBlock)):
            return text == other && block == otherBlock
        case (.boolean(let flag), .boolean(let other)): return flag == other
        case (.null, .null): return true
        case (.list(let items), .list(let others)):
            return items.count == others.count && zip(items, others).allSatisfy(areEqual)
        case (.object(let fields), .object(let others)):
            let sorted = fields.sorted { $0.name.value < $1.name.value }
            let other = others.sorted { $0.name.value < $1.name.value }
            return sorted.count == other.count
                && zip(sorted, other).allSatisfy {
                    $0.name.value == $1.name.value && areEqual($0.value, $1.value)
                }
        default: return false
        }
    }
}
