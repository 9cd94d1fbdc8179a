import KubernetesAPI

/// A set of fields of an object: what one manager owns. A tree, so that it merges and encodes level by level.
///
/// A node is in the set itself (`isMember`), has descendants that are, or both. Specification: FieldsV1 of
/// meta/v1 `ManagedFieldsEntry`.
public struct FieldSet: Sendable, Hashable {
    var isMember: Bool
    var children: [OwnedPath.Element: FieldSet]

    init(isMember: Bool = false, children: [OwnedPath.Element: FieldSet] = [:]) {
        self.isMember = isMember
        self.children = children
    }

    /// No fields.
    public init() { self.init(isMember: false) }

    /// The field itself, without anything below it.
    static let leaf = FieldSet(isMember: true)

    public var isEmpty: Bool { !isMember && children.isEmpty }

    /// Puts `child` at `element`, unless it is empty.
    mutating func insert(_ child: FieldSet, at element: OwnedPath.Element) {
        guard !child.isEmpty else { return }
        children[element] = children[element].map { $0.union(child) } ?? child
    }

    public func union(_ other: FieldSet) -> FieldSet {
        FieldSet(
            isMember: isMember || other.isMember,
            children: children.merging(other.children) { $0.union($1) })
    }

    public func intersection(_ other: FieldSet) -> FieldSet {
        combine(other, keepsUnmatched: false) { $0 && $1 }
    }

    /// The members of this set that `other` has not. What lies below a member of `other` stays.
    public func subtracting(_ other: FieldSet) -> FieldSet {
        combine(other, keepsUnmatched: true) { $0 && !$1 }
    }

    private func combine(
        _ other: FieldSet, keepsUnmatched: Bool, _ rule: (Bool, Bool) -> Bool
    ) -> FieldSet {
        var result = FieldSet(isMember: rule(isMember, other.isMember))
        for (element, child) in children {
            if let match = other.children[element] {
                result.insert(child.combine(match, keepsUnmatched: keepsUnmatched, rule), at: element)
            } else if keepsUnmatched {
                result.children[element] = child
            }
        }
        return result
    }

    /// The members of this set outside the subtrees whose roots are members of `other`.
    func subtractingTrees(_ other: FieldSet) -> FieldSet {
        if other.isMember { return FieldSet() }
        var result = FieldSet(isMember: isMember)
        for (element, child) in children {
            let rest = other.children[element].map { child.subtractingTrees($0) } ?? child
            result.insert(rest, at: element)
        }
        return result
    }

    /// This set with every field that the schema names on the way to a member: who owns `spec.x` holds `spec`. Entries
    /// of maps and lists come and go, so they are held only by those who own the entry.
    func includingNamedParents(schema: Schema?) -> FieldSet {
        var result = self
        for (element, child) in children {
            switch element {
            case .field(let name):
                var child = child.includingNamedParents(schema: schema?.member(name))
                if schema?.isMap != true || schema?.properties[name] != nil { child.isMember = true }
                result.children[element] = child
            default:
                result.children[element] = child.includingNamedParents(schema: schema?.items)
            }
        }
        return result
    }

    /// Every member, in the order of the encoded form.
    var paths: [OwnedPath] {
        var paths: [OwnedPath] = []
        collect(prefix: [], into: &paths)
        return paths
    }

    private func collect(prefix: [OwnedPath.Element], into paths: inout [OwnedPath]) {
        if isMember { paths.append(OwnedPath(elements: prefix)) }
        for (element, child) in children.sorted(by: { $0.key.text < $1.key.text }) {
            child.collect(prefix: prefix + [element], into: &paths)
        }
    }
}

extension FieldSet {
    /// The FieldsV1 object. Equal sets have equal encodings.
    public var json: JSON {
        var members: [String: JSON] = [:]
        if isMember && !children.isEmpty { members["."] = [:] }
        for (element, child) in children { members[element.text] = child.json }
        return .object(members)
    }

    /// Reads a FieldsV1 object.
    /// - Throws: `Status` (400) on a member that names no path element.
    public init(json: JSON) throws {
        guard case .object(let members) = json else {
            throw Status.badRequest("fieldsV1 must be an object, not \(json.typeName)")
        }
        self.init()
        for (name, value) in members where name != "." {
            guard let element = OwnedPath.Element(text: name) else {
                throw Status.badRequest("fieldsV1 has the member \"\(name)\", which names no field")
            }
            var child = try FieldSet(json: value)
            if child.children.isEmpty { child.isMember = true }
            children[element] = child
        }
        isMember = members["."] != nil
    }
}
