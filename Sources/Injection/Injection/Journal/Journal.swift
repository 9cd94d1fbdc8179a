/// What is applied on this machine: one file for each entry in one directory, on disk before anything is applied.
public struct Journal: Sendable, Hashable {
    public let directory: String

    /// - Parameter directory: nil takes `defaultDirectory`.
    public init(directory: String? = nil) {
        self.directory = directory ?? Self.defaultDirectory
    }

    /// `/var/lib/litmus/journal` for root; otherwise below `$XDG_STATE_HOME` or `~/.local/state`.
    public static var defaultDirectory: String { "/var/lib/litmus/journal" }

    /// Everything in the journal for people and programs, oldest first, what cannot be read included.
    public func list() -> [JournalListing] { [] }
}

/// An entry as `litmus revert --list` shows it.
public struct JournalListing: Sendable, Hashable, Codable {
    public var id: String
    public var order: String
    public var fault: String
    /// `lose 30 % of egress on eth0`.
    public var action: String
    public var target: TargetReference?
    /// `active`, `reverting`, `unreadable`, `of an earlier boot`.
    public var state: String
    /// Milliseconds since 1970.
    public var createdAt: Int64?
    /// Until its deadline, negative afterwards.
    public var remainingMilliseconds: Int64?
    public var ownerPID: Int32?
    public var isOwnerAlive: Bool?
    /// Why it cannot be read, where it was set aside; empty mostly.
    public var remark: String
}
