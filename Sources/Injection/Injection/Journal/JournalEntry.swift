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
}

/// A network namespace, and by which ways it can be entered.
public struct NetworkPlace: Sendable, Hashable, Codable {
    /// A process in it, of which the start time tells whether the number still means it.
    public var pid: Int32
    public var startTime: UInt64
    /// Of the namespace's file. Numbers are used again by later namespaces.
    public var inode: UInt64
    /// Never used again until the next boot (`SO_NETNS_COOKIE`).
    public var cookie: UInt64
}

/// Control groups made for one step: one in each hierarchy.
public struct StressPlace: Sendable, Hashable, Codable {
    public var directories: [String]
}
