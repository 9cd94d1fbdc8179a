import KubernetesAPI

/// The order that no chaos may run on a cluster: the ConfigMap `litmus-halt` in the operator's namespace.
///
/// Its data: `halted` (`"true"` or `"false"`), `reason`, `since` (RFC 3339) and `by`; only `halted` is needed. Without the
/// ConfigMap, or with `halted: "false"`, chaos is allowed. Whatever else stands there counts as halted: a kill switch
/// that was written in a hurry must not fail for its spelling.
public struct Halt: Sendable, Hashable, CustomStringConvertible {
    public static let configMapName = "litmus-halt"
    /// Where an operator that was told no other namespace looks for the ConfigMap.
    public static let defaultNamespace = "litmus"
    /// `status.reason` of an engine that was aborted or refused because of a halt.
    public static let statusReason = "Halted"

    /// Why, on one line; empty where nobody said.
    public var reason: String
    /// When the order was given; nil where that is not known.
    public var since: Timestamp?
    /// Who gave it, as a name for people; empty where nobody said.
    public var by: String
    /// What is wrong with the order as it is written; empty for a well-formed one.
    public var flaws: [String] = []

    public init(reason: String = "", since: Timestamp? = nil, by: String = "") {
        self.reason = Self.line(reason)
        self.since = since
        self.by = Self.line(by)
    }

    /// Reads the order.
    /// - Parameter map: nil where there is no ConfigMap.
    /// - Returns: nil when chaos is allowed.
    public init?(_ map: ConfigMap?) {
        guard let map, !map.metadata.isBeingDeleted else { return nil }
        let data = map.data
        let halted = data["halted"].map { $0.filter { !$0.isWhitespace }.lowercased() }
        if halted == "false" { return nil }
        self.init(
            reason: data["reason"] ?? "",
            since: data["since"].flatMap(Timestamp.init) ?? map.metadata.creationTimestamp, by: data["by"] ?? "")
        if halted != "true" {
            let found = data["halted"].map { "is \"\(Self.line($0))\", neither true nor false" } ?? "is missing"
            flaws.append("data.halted \(found), and so counts as true")
        }
        if let since = data["since"], Timestamp(since) == nil {
            flaws.append("data.since is \"\(Self.line(since))\", no time of RFC 3339 such as 2026-01-31T12:00:00Z")
        }
    }

    /// Writes the order into its ConfigMap; other keys stay.
    public func write(to map: inout ConfigMap) {
        var data = map.data
        data["halted"] = "true"
        data["reason"] = reason.isEmpty ? nil : reason
        data["since"] = since?.description
        data["by"] = by.isEmpty ? nil : by
        map.data = data
    }

    /// `halted since 2026-01-31T12:00:00Z by ann@desk: checkout is down`.
    public var description: String {
        var text = "halted"
        if let since { text += " since \(since)" }
        if !by.isEmpty { text += " by \(by)" }
        return reason.isEmpty ? text : "\(text): \(reason)"
    }

    /// Texts of others go into statuses, events and terminals: one line, no control characters, 300 characters at most.
    private static func line(_ text: String) -> String {
        let printable = text.unicodeScalars.prefix(1000).map { scalar in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        let words = String(printable).split(separator: " ").joined(separator: " ")
        return words.count > 300 ? "\(words.prefix(299))…" : words
    }
}
