import Yams

/// Why a YAML text was refused, and where. Lines and columns count from 1.
public struct YAMLError: Error, Equatable, CustomStringConvertible {
    /// What was read: a file's path, or `request body`.
    public var source: String
    public var line: Int?
    public var column: Int?
    public var message: String

    public var description: String {
        let place = [source, line.map(String.init), column.map(String.init)].compactMap(\.self)
        return "\(place.joined(separator: ":")): \(message)"
    }
}

extension JSON {
    /// Parses every document of a YAML stream (YAML 1.1 scalars as Kubernetes reads them: `yes` stays a string only
    /// when quoted). Empty documents are left out. JSON is YAML, so it is accepted too.
    /// - Parameter source: named in errors, usually the file's path.
    /// - Throws: `YAMLError`.
    public static func documents(yaml text: String, source: String) throws(YAMLError) -> [JSON] {
        do {
            return try compose_all(yaml: text)
                .map { try JSON(node: $0, source: source) }
                .filter { !$0.isNull }
        } catch let error as YAMLError {
            throw error
        } catch let error as Yams.YamlError {
            throw YAMLError(yams: error, source: source)
        } catch {
            throw YAMLError(source: source, message: "\(error)")
        }
    }

    fileprivate init(node: Yams.Node, source: String) throws {
        switch node {
        case .scalar(let scalar): self = try JSON(scalar: scalar, node: node, source: source)
        case .sequence(let sequence): self = .array(try sequence.map { try JSON(node: $0, source: source) })
        case .mapping(let mapping):
            var members: [String: JSON] = [:]
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    throw YAMLError(
                        source: source, line: key.mark?.line, column: key.mark?.column,
                        message: "a mapping key must be a string")
                }
                members[name] = try JSON(node: value, source: source)
            }
            self = .object(members)
        case .alias:
            throw YAMLError(
                source: source, line: node.mark?.line, column: node.mark?.column, message: "an alias without anchor")
        }
    }

    private init(scalar: Yams.Node.Scalar, node: Yams.Node, source: String) throws {
        let isPlain = scalar.style == .plain || scalar.style == .any
        switch Tag.Name(rawValue: node.tag.description) {
        case .null where isPlain: self = .null
        case .bool where isPlain:
            self = .bool(["true", "yes", "on", "y"].contains(scalar.string.lowercased()))
        case .int where isPlain:
            if let value = Int64(scalar.string) {
                self = .int(value)
            } else if let value = Int64.construct(from: scalar) {
                self = .int(value)
            } else {
                self = .string(scalar.string)
            }
        case .float where isPlain:
            if let value = Double.construct(from: scalar), value.isFinite {
                self = .double(value)
            } else {
                self = .string(scalar.string)
            }
        default: self = .string(scalar.string)
        }
    }

    /// The value as a YAML document, keys sorted.
    public func yaml() throws -> String {
        try Yams.serialize(node: yamlNode, width: -1, allowUnicode: true, sortKeys: true)
    }

    private var yamlNode: Yams.Node {
        switch self {
        case .null: Yams.Node("null", Tag(.null))
        case .bool(let value): Yams.Node(value ? "true" : "false", Tag(.bool))
        case .int(let value): Yams.Node(String(value), Tag(.int))
        case .double(let value): Yams.Node(String(value), Tag(.float))
        case .string(let value):
            Yams.Node.scalar(.init(value, Tag(.str), Self.needsQuotes(value) ? .doubleQuoted : .any))
        case .array(let elements): Yams.Node.sequence(.init(elements.map(\.yamlNode)))
        case .object(let members):
            Yams.Node.mapping(.init(members.sorted { $0.key < $1.key }.map { (Yams.Node($0.key), $0.value.yamlNode) }))
        }
    }

    /// Whether a plain scalar of this text would be read back as something else than a string.
    private static func needsQuotes(_ text: String) -> Bool {
        guard !text.contains("\n"), let node = try? Yams.compose(yaml: text), case .scalar = node else { return false }
        return node.tag.description != Tag.Name.str.rawValue
    }
}

extension YAMLError {
    fileprivate init(yams error: Yams.YamlError, source: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let detail = [problem, context?.text].compactMap(\.self).joined(separator: " ")
            self.init(source: source, line: mark.line, column: mark.column, message: detail)
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init(
                source: source, line: context.mark.line, column: context.mark.column,
                message: "duplicate keys in a mapping: \(duplicates.joined(separator: ", "))")
        default: self.init(source: source, message: "\(error)")
        }
    }
}
