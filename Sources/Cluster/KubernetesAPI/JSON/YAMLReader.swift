import Yams

/// Turns the nodes of a YAML stream into JSON values: scalars typed as YAML 1.1 has them, aliases and merge keys
/// resolved.
struct YAMLReader {
    /// Deeper documents are refused.
    static let maximumDepth = 512
    /// So many values may come of aliases. A text without them has fewer values than bytes.
    static let maximumAliased = 100_000
    /// Bytes of text that may come of aliases.
    static let maximumAliasedText = 1 << 20

    private let source: String
    private let maximumNodes: Int
    private var nodes = 0
    /// Bytes of keys and scalars that may still come. Each alias counts like what it stands for.
    private var freeText: Int
    private var depth = 0

    /// - Parameter length: of the text, in bytes.
    init(source: String, length: Int) {
        self.source = source
        maximumNodes = length + Self.maximumAliased
        // An escape such as `\L` has two bytes and stands for three.
        freeText = 2 * length + Self.maximumAliasedText
    }

    mutating func json(_ node: Yams.Node) throws(YAMLError) -> JSON {
        nodes += 1
        guard nodes <= maximumNodes else { throw error(node, "the aliases stand for too many values") }
        guard depth < Self.maximumDepth else { throw error(node, "nested deeper than \(Self.maximumDepth) levels") }
        depth += 1
        defer { depth -= 1 }
        switch node {
        case .scalar(let scalar):
            try charge(scalar.string, node)
            return value(of: scalar, node)
        case .sequence(let sequence):
            var elements: [JSON] = []
            for element in sequence { elements.append(try json(element)) }
            return .array(elements)
        case .mapping(let mapping): return .object(try members(mapping))
        case .alias: throw error(node, "an alias without anchor")
        }
    }

    private mutating func members(_ mapping: Yams.Node.Mapping) throws(YAMLError) -> [String: JSON] {
        var members: [String: JSON] = [:]
        var merged: [String: JSON] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw error(key, "a mapping key must be a string") }
            try charge(name, key)
            if name == "<<", key.scalar?.style == .plain {
                for (name, value) in try mergedMembers(value) where merged[name] == nil { merged[name] = value }
            } else {
                members[name] = try json(value)
            }
        }
        return merged.isEmpty ? members : members.merging(merged) { own, _ in own }
    }

    /// The members of a merge key: a mapping's, or those of several, the first of which counts.
    private mutating func mergedMembers(_ node: Yams.Node) throws(YAMLError) -> [String: JSON] {
        var members: [String: JSON] = [:]
        let sources: [Yams.Node] = if case .sequence(let list) = node { Array(list) } else { [node] }
        for source in sources {
            guard case .object(let more) = try json(source) else { throw error(source, "\"<<\" needs a mapping") }
            members.merge(more) { first, _ in first }
        }
        return members
    }

    private func value(of scalar: Yams.Node.Scalar, _ node: Yams.Node) -> JSON {
        let text = scalar.string
        guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
        switch Tag.Name(rawValue: node.tag.description) {
        case .null: return .null
        case .bool: return .bool(["true", "yes", "on", "y"].contains(text.lowercased()))
        case .int:
            // Base 60 is what YAML 1.1 makes of a time or of two ports.
            guard !text.contains(":") else { return .string(text) }
            // Yams knows the octal, hexadecimal and binary forms and underscores.
            return Int64.construct(from: scalar).map(JSON.int) ?? .string(text)
        case .float:
            guard !text.contains(":"), let value = Double.construct(from: scalar), value.isFinite else {
                return .string(text)
            }
            return .double(value)
        default: return .string(text)
        }
    }

    private mutating func charge(_ text: String, _ node: Yams.Node) throws(YAMLError) {
        freeText -= text.utf8.count
        guard freeText >= 0 else { throw error(node, "the aliases stand for too much text") }
    }

    private func error(_ node: Yams.Node, _ message: String) -> YAMLError {
        YAMLError(source: source, line: node.mark?.line, column: node.mark?.column, message: message)
    }
}
