/// One entry of the `TARGETS` variable, which names the application under test: `kind:namespace:[filter]`.
public struct AppTarget: Sendable, Hashable, Codable {
    public enum Filter: Sendable, Hashable, Codable {
        /// Everything of the kind in the namespace.
        case all
        case names([String])
        /// A label selector in query form, `app=web,tier in (a,b)`: all of it must hold.
        case labels(String)
    }

    /// The kind that stands for "any pod of the namespace".
    public static let anyKind = "KIND"

    /// `deployment`, `statefulset`, `daemonset`, `deploymentconfig`, `rollout`, `job`, `pod` or `KIND`.
    public var kind: String
    public var namespace: String
    public var filter: Filter

    public init(kind: String, namespace: String, filter: Filter) {
        self.kind = kind
        self.namespace = namespace
        self.filter = filter
    }

    public var isAnyKind: Bool { kind.lowercased() == "kind" }
    public var isPod: Bool { kind.lowercased() == "pod" }
}

extension AppTarget: CustomStringConvertible {
    public var description: String {
        switch filter {
        case .all: "\(kind):\(namespace):[]"
        case .names(let names): "\(kind):\(namespace):[\(names.joined(separator: ","))]"
        case .labels(let selector): "\(kind):\(namespace):[\(selector)]"
        }
    }
}

/// A `TARGETS` text that was not understood.
public struct AppTargetError: Error, Sendable, Hashable, CustomStringConvertible {
    public var entry: String

    public init(entry: String) { self.entry = entry }

    public var description: String {
        "TARGETS has the entry '\(entry)': expected kind:namespace:[name,…] or kind:namespace:[label=value,…]"
    }
}

extension AppTarget {
    /// The `TARGETS` text of several entries.
    public static func text(_ targets: [AppTarget]) -> String {
        targets.map(\.description).joined(separator: ";")
    }

    /// Parses a `TARGETS` text; the empty text has no entries.
    public static func parse(_ text: String) throws(AppTargetError) -> [AppTarget] {
        var targets: [AppTarget] = []
        for part in text.split(separator: ";") {
            let entry = part.trimmed
            if entry.isEmpty { continue }
            targets.append(try parse(entry: entry))
        }
        return targets
    }

    private static func parse(entry: String) throws(AppTargetError) -> AppTarget {
        let fields = entry.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, !fields[0].isEmpty else { throw AppTargetError(entry: entry) }
        var list = fields[2].trimmed
        if list.hasPrefix("[") { list.removeFirst() }
        if list.hasSuffix("]") { list.removeLast() }
        return AppTarget(
            kind: fields[0].trimmed, namespace: fields[1].trimmed, filter: filter(list.trimmed))
    }

    private static func filter(_ text: String) -> Filter {
        if text.isEmpty { return .all }
        let looksLikeSelector =
            text.contains("=") || text.contains("!") || text.contains(" in ") || text.contains(" notin ")
            || text.contains("(")
        if looksLikeSelector { return .labels(text) }
        return .names(text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty })
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
