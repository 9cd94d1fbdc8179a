/// The messages that are understood, by one table of field numbers.
///
///     ObjectMeta: name=1 labels=11:{string} finalizers=14:[string] ownerReferences=13:[OwnerReference]
///
/// Without a type a field is a string. Other types: `int`, `bool`, `bytes`, `time`, `microTime`, `json` (raw JSON),
/// `intOrString`, `quantity`, names of messages, `[T]`, `{T}`, and `Ignored`, which is skipped. A `?` marks fields whose zero is written on purpose;
/// others drop it, as their JSON form does. The members of a field named `inline` belong to the message around it.
struct ProtobufSchema: Sendable {
    indirect enum FieldType: Sendable, Equatable {
        case string, int, bool, bytes, time, microTime, json, intOrString, quantity
        case message(String)
        case list(FieldType)
        case map(FieldType)
    }

    struct Field: Sendable {
        var name: String
        var type: FieldType
        var keepsZero: Bool
    }

    /// Fields by message and number.
    let messages: [String: [Int: Field]]
    /// Messages by `apiVersion/kind`; `*/KIND` for kinds of every group.
    let kinds: [String: String]

    static let builtin = ProtobufSchema(messages: Self.messageTable, kinds: Self.kindTable)

    init(messages text: String, kinds: String) {
        var messages: [String: [Int: Field]] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = String(parts[0].filter { $0 != " " })
            messages[name] = Self.fields(String(parts[1]))
        }
        self.messages = messages
        var byKind: [String: String] = [:]
        for line in kinds.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            for kind in words.dropFirst() { byKind["\(words[0])/\(kind)"] = kind }
        }
        self.kinds = byKind
    }

    private static func fields(_ text: String) -> [Int: Field] {
        var fields: [Int: Field] = [:]
        for word in text.split(separator: " ") {
            let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
            let declared = parts[0].split(separator: "=").map(String.init)
            guard declared.count == 2, let number = Int(declared[1]) else { continue }
            let typeText = parts.count > 1 ? parts[1] : "string"
            let keepsZero = typeText.hasSuffix("?")
            let type = type(keepsZero ? String(typeText.dropLast()) : typeText)
            fields[number] = Field(name: declared[0], type: type, keepsZero: keepsZero)
        }
        return fields
    }

    private static func type(_ text: String) -> FieldType {
        if text.hasPrefix("[") { return .list(type(String(text.dropFirst().dropLast()))) }
        if text.hasPrefix("{") { return .map(type(String(text.dropFirst().dropLast()))) }
        return switch text {
        case "string": .string
        case "int": .int
        case "bool": .bool
        case "bytes": .bytes
        case "time": .time
        case "microTime": .microTime
        case "json": .json
        case "intOrString": .intOrString
        case "quantity": .quantity
        default: .message(text)
        }
    }
}
