/// An entry as `litmus revert --list` shows it.
public struct JournalListing: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable {
        case active
        case reverting
        /// A reboot has undone it.
        case outdated = "of an earlier boot"
        case unreadable
    }

    public var id: String
    public var order: String
    public var fault: String
    /// `lose 30 % of egress on eth0`.
    public var action: String
    public var target: TargetReference?
    public var state: State
    /// Milliseconds since 1970.
    public var createdAt: Int64?
    /// Until its deadline, negative afterwards.
    public var remainingMilliseconds: Int64?
    public var ownerPID: Int32?
    public var isOwnerAlive: Bool?
    /// Why it cannot be read; empty mostly.
    public var remark: String

    init(_ entry: JournalEntry, machine: MachineMoment) {
        let isOutdated = entry.bootID != machine.bootID
        id = entry.id
        order = entry.order
        fault = entry.fault
        action = entry.step.summary
        target = entry.target
        state = isOutdated ? .outdated : entry.state == .active ? .active : .reverting
        createdAt = entry.createdAt
        remainingMilliseconds = isOutdated ? nil : Self.difference(entry.deadline, machine.now)
        ownerPID = entry.owner.pid
        isOwnerAlive = isOutdated ? false : machine.isAlive(entry.owner)
        remark = ""
    }

    /// A deadline is any number that a file may hold.
    private static func difference(_ deadline: Int64, _ now: Int64) -> Int64 {
        let (difference, isOverflow) = deadline.subtractingReportingOverflow(now)
        return isOverflow ? .min : difference
    }

    init(_ file: Journal.Unreadable) {
        id = file.name
        order = ""
        fault = ""
        action = ""
        state = .unreadable
        remark = file.reason
    }
}

extension Journal {
    /// Everything in the journal for people and programs, oldest first, what cannot be read included.
    public func list() -> [JournalListing] {
        let contents = contents()
        let machine = MachineMoment()
        return contents.entries.map { JournalListing($0, machine: machine) }
            + contents.unreadable.map(JournalListing.init)
    }
}
