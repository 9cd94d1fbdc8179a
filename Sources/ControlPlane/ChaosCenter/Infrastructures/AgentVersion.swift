/// A release of LitmusChaos that an agent or this server is compatible with, such as `3.31.0`; `ci` names a build of no
/// release.
struct AgentVersion: Sendable, Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    private var numbers: [Int] {
        let release = text.prefix { $0 != "-" && $0 != "+" }
        return release.split(separator: ".", omittingEmptySubsequences: false).prefix(3).map { Int($0) ?? 0 }
    }

    /// Nil for what is no release.
    var major: Int? { text.split(separator: ".", omittingEmptySubsequences: false).first.flatMap { Int($0) } }

    private var minor: Int { numbers.dropFirst().first ?? 0 }

    /// Whether an agent of another version may work with this one: one of the same major version.
    func admits(_ agent: AgentVersion) -> Bool {
        guard let major else { return text == agent.text }
        return agent.major == major
    }

    /// What agents are told that they have to be.
    var needed: String { major.map { "\($0).x.x" } ?? text }

    func isOlder(than other: AgentVersion) -> Bool {
        guard major != nil, other.major != nil else { return false }
        return numbers.lexicographicallyPrecedes(other.numbers)
    }

    /// The releases of the same major version up to this one, by their minor versions, oldest first.
    var compatible: [String] {
        guard let major, (0...1000).contains(minor) else { return [text] }
        return (0..<minor).map { "\(major).\($0).0" } + [text]
    }
}

extension AgentVersion {
    /// `UpdateStatus` of the schema.
    enum UpdateStatus: String, Sendable {
        case available = "AVAILABLE"
        case mandatory = "MANDATORY"
        case notRequired = "NOT_REQUIRED"
    }

    /// What an agent of this version should do about the server's.
    func update(to server: AgentVersion) -> UpdateStatus {
        guard isOlder(than: server) else { return .notRequired }
        return server.admits(self) ? .available : .mandatory
    }
}
