import KubernetesAPI

/// Which fields differ between two states of an object.
struct FieldComparison {
    var added = FieldSet()
    var modified = FieldSet()
    var removed = FieldSet()

    var isEmpty: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }

    init(from old: JSON, to new: JSON, schema: Schema) {
        self.init(old, new, schema)
        added = added.withoutServerFields()
        modified = modified.withoutServerFields()
        removed = removed.withoutServerFields()
    }

    private init() {}

    /// Both absent (`null`) or present; a side that is absent makes everything below it added or removed.
    private init(_ old: JSON, _ new: JSON, _ schema: Schema?) {
        if old == new { return }
        switch (old, new) {
        case (.object(let before), .object(let after)) where schema?.isAtomicMap != true:
            for key in Set(before.keys).union(after.keys) {
                insert(
                    FieldComparison(before[key] ?? .null, after[key] ?? .null, schema?.member(key)), at: .field(key))
            }
        case (.array(let before), .array(let after)):
            compare(lists: before, after, schema)
        case (.null, _):
            added = Self.whole(new, schema)
        case (_, .null):
            removed = Self.whole(old, schema)
        default:
            modified = .leaf
        }
    }

    private mutating func compare(lists before: [JSON], _ after: [JSON], _ schema: Schema?) {
        guard let schema else {
            modified = .leaf
            return
        }
        let identity = schema.listIdentity
        if case .atomic = identity {
            modified = .leaf
            return
        }
        func elements(_ list: [JSON]) -> [OwnedPath.Element: JSON] {
            Dictionary(
                list.compactMap { element in schema.pathElement(of: element, identity: identity).map { ($0, element) }
                },
                uniquingKeysWith: { first, _ in first })
        }
        let old = elements(before)
        let new = elements(after)
        for path in Set(old.keys).union(new.keys) {
            var difference = FieldComparison(old[path] ?? .null, new[path] ?? .null, schema.items)
            if old[path] == nil { difference.added.isMember = true }
            if new[path] == nil { difference.removed.isMember = true }
            insert(difference, at: path)
        }
    }

    private mutating func insert(_ other: FieldComparison, at element: OwnedPath.Element) {
        added.insert(other.added, at: element)
        modified.insert(other.modified, at: element)
        removed.insert(other.removed, at: element)
    }

    /// All fields of a value that appears or disappears; a map or merged list is owned apart from its elements.
    private static func whole(_ value: JSON, _ schema: Schema?) -> FieldSet {
        var set = FieldSet(value: value, schema: schema)
        if case .object = value, let schema, !schema.isMap { return set }
        set.isMember = true
        return set
    }
}
