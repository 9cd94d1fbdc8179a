/// One step that is applied to one target and must be undone: everything that somebody else needs for it.
public struct JournalEntry: Sendable, Hashable, Codable, Identifiable {
    public enum State: String, Sendable, Hashable, Codable {
        /// The machine is to show it, from before it was first applied.
        case active
        /// Somebody is removing it.
        case reverting
    }

    /// The process that answers for the entry. When it is gone, so must be what it applied.
    public struct Owner: Sendable, Hashable, Codable {
        public var pid: Int32
        /// Clock ticks since boot, field 22 of `/proc/PID/stat`: another process with the same number has another.
        public var startTime: UInt64
        /// In which pid namespace the number counts (its inode number).
        public var pidNamespace: UInt64

        public init(pid: Int32, startTime: UInt64, pidNamespace: UInt64) {
            self.pid = pid
            self.startTime = startTime
            self.pidNamespace = pidNamespace
        }
    }

    /// What the target was resolved to.
    public enum Place: Sendable, Hashable, Codable {
        case network(NetworkPlace)
        case stress(StressPlace)
    }

    /// Of the form of the file. A program that does not know it leaves the entry alone.
    public var version = Self.currentVersion
    /// Letters and digits, unique on the machine; part of names of rules and control groups.
    public var id: String
    public var order: String
    public var fault: String
    public var step: MachineStep
    public var target: TargetReference
    public var place: Place
    public var owner: Owner
    /// Milliseconds of `CLOCK_BOOTTIME`.
    public var deadline: Int64
    public var bootID: String
    /// Milliseconds since 1970.
    public var createdAt: Int64
    public var state: State

    public static let currentVersion = 1

    /// Eighty random bits.
    static func newID() -> String {
        String((0..<16).map { _ in "abcdefghijklmnopqrstuvwxyz234567".randomElement() ?? "a" })
    }

    /// Whether an id can be part of a path and of a rule's name.
    static func isValidID(_ id: String) -> Bool {
        (1...32).contains(id.utf8.count)
            && id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }
}

/// A network namespace, and a way by which it can be entered.
public struct NetworkPlace: Sendable, Hashable, Codable {
    /// A process in it, of which the start time tells whether the number still means it.
    public var pid: Int32
    public var startTime: UInt64
    /// Of the namespace's file. Numbers are used again by later namespaces.
    public var inode: UInt64
    /// Never used again until the next boot (`SO_NETNS_COOKIE`).
    public var cookie: UInt64
    /// In which the rules are: family and name, `netdev litmus`. Each journal has a table of its own, so that none removes
    /// what it knows nothing of.
    public var table: String
}

/// The control groups that are made for one step: one in each hierarchy in which the container has one.
public struct StressPlace: Sendable, Hashable, Codable {
    public var groups: [ControlGroupPath]
}

/// A control group, as `/proc/PID/cgroup` names it: where its hierarchy is mounted differs between processes.
public struct ControlGroupPath: Sendable, Hashable, Codable {
    /// Of the hierarchy; empty on version 2.
    public var controllers: [String]
    /// From the hierarchy's root.
    public var path: String
}
