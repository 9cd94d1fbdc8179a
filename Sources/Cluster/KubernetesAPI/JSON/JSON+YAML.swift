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
            let parser = try Yams.Parser(yaml: text.first == "\u{FEFF}" ? String(text.dropFirst()) : text)
            var reader = YAMLReader(source: source, length: text.utf8.count)
            var documents: [JSON] = []
            while let node = try parser.nextRoot() {
                let document = try reader.json(node)
                if !document.isNull { documents.append(document) }
            }
            return documents
        } catch let error as YAMLError {
            throw error
        } catch let error as Yams.YamlError {
            throw YAMLError(yams: error, source: source)
        } catch {
            throw YAMLError(source: source, message: "\(error)")
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
        case .double: Yams.Node(description, Tag(.float))
        case .string(let value): Self.yamlNode(value)
        case .array(let elements): Yams.Node.sequence(.init(elements.map(\.yamlNode)))
        case .object(let members):
            Yams.Node.mapping(
                .init(members.sorted { $0.key < $1.key }.map { (Self.yamlNode($0.key), $0.value.yamlNode) }))
        }
    }

    private static func yamlNode(_ text: String) -> Yams.Node {
        Yams.Node.scalar(.init(text, Tag(.str), style(of: text)))
    }

    /// Plain where every reader takes it for a string, a block for lines of text, else quoted.
    private static func style(of text: String) -> Yams.Node.Scalar.Style {
        let isWord = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: " "):
                true
            default: false
            }
        }
        let first = text.utf8.first ?? UInt8(ascii: " ")
        let beginsAsWord = first > UInt8(ascii: "9") || first == UInt8(ascii: "/")
        if isWord, beginsAsWord, text.last != " ", !text.contains("  "), isStringWhenPlain(text) { return .plain }
        let isText = text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value < 0x7F) }
        if isText, text.contains("\n"), first > UInt8(ascii: " "), !text.contains(" \n") { return .literal }
        return .doubleQuoted
    }

    private static func isStringWhenPlain(_ text: String) -> Bool {
        let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
        return !words.contains(text.lowercased())
            && (try? Yams.compose(yaml: text))??.tag.description == Tag.Name.str.rawValue
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
