/// Something that the node must have before a step can be applied.
public struct Requirement: Sendable, Hashable, Codable {
    /// `nft`, `root`, `netdev egress hook`.
    public var name: String
    public var isPresent: Bool
    /// The Debian package that has it.
    public var package: String?
    /// The kernel module that has it.
    public var module: String?
    /// What was found, and what to do when it is missing.
    public var detail: String

    public init(
        name: String, isPresent: Bool, package: String? = nil, module: String? = nil, detail: String = ""
    ) {
        self.name = name
        self.isPresent = isPresent
        self.package = package
        self.module = module
        self.detail = detail
    }

    /// One line for people.
    public var summary: String {
        let detail = self.detail.isEmpty ? "" : ": " + self.detail
        return "\(name) \(isPresent ? "is there" : "is missing")" + detail
    }
}
