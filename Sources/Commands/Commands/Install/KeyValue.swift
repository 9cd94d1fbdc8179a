import KubernetesAPI

/// A label, an annotation or a term of a node selector.
struct KeyValue: Sendable, Hashable {
    var key: String
    var value: String

    init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// Parses `KEY=VALUE`; nil without a key or without the sign.
    init?(_ text: String) {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else { return nil }
        self.init(key: String(text[..<sign]), value: String(text[text.index(after: sign)...]))
    }
}

extension [KeyValue] {
    /// Later ones win.
    var dictionary: [String: String] { Dictionary(map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }) }
}

/// A toleration in the spelling of `kubectl taint`.
struct Toleration: Sendable, Hashable {
    /// Empty: every taint.
    var key: String
    /// nil: whatever the taint's value is.
    var value: String?
    /// Empty: every effect.
    var effect = ""

    private static let effects: Set<String> = ["NoSchedule", "PreferNoSchedule", "NoExecute"]

    /// Parses `KEY=VALUE:EFFECT`, `KEY:EFFECT`, `KEY=VALUE`, `KEY`, or `*` for every taint.
    init?(_ text: String) {
        var rest = Substring(text)
        if let colon = rest.lastIndex(of: ":") {
            effect = String(rest[rest.index(after: colon)...])
            guard Self.effects.contains(effect) else { return nil }
            rest = rest[..<colon]
        }
        if let sign = rest.firstIndex(of: "=") {
            value = String(rest[rest.index(after: sign)...])
            rest = rest[..<sign]
        }
        key = rest == "*" && value == nil ? "" : String(rest)
        guard rest == "*" || !key.isEmpty else { return nil }
    }

    /// As in a pod's specification.
    var json: JSON {
        var json: JSON = ["operator": value == nil ? "Exists" : "Equal"]
        if !key.isEmpty { json["key"] = .string(key) }
        if let value { json["value"] = .string(value) }
        if !effect.isEmpty { json["effect"] = .string(effect) }
        return json
    }
}
