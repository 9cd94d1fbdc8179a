import CLinux

/// How a child process starts. Everything that is not said stays as it is in this process.
public struct SpawnRequest: Sendable {
    /// Entering the namespaces of a running process.
    public struct Join: Sendable {
        public var process: Int32
        public var kinds: NamespaceKinds

        public init(process: Int32, kinds: NamespaceKinds) {
            self.process = process
            self.kinds = kinds
        }
    }

    public struct User: Sendable, Hashable {
        public var user: UInt32
        public var group: UInt32

        public init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
    }

    /// A path, or a name looked up along `PATH` of `environment` after the namespaces were entered.
    public var executable: String
    /// With the program's own name first.
    public var arguments: [String]
    /// `NAME=value`, complete.
    public var environment: [String]
    public var directory: String?
    /// nil: `/dev/null`.
    public var standardInput: Descriptor?
    public var standardOutput: Descriptor?
    public var standardError: Descriptor?
    /// The child leads its own session and process group, so that `signalGroup` reaches its children.
    public var startsSession = true
    /// `standardInput` is a terminal that becomes the new session's controlling one.
    public var hasControllingTerminal = false
    /// Sent to the child when this process dies.
    public var parentDeathSignal: Int32?
    /// Paths of namespaces to enter.
    public var namespaces: [String] = []
    public var join: Join?
    /// Files that take "0" to move the writer: `ControlGroup.joinFiles`.
    public var controlGroupFiles: [String] = []
    /// Gives the child a mount namespace of its own.
    public var mounts: MountPlan?
    /// Clamped to the hard limit, which the kernel may not let us raise.
    public var openFiles: UInt64?
    /// Bytes of memory that the program and each of its children may map; clamped like `openFiles`.
    public var addressSpace: UInt64?
    public var user: User?
    /// The bounding set; nil leaves it.
    public var capabilities: CapabilitySet?

    public init(executable: String, arguments: [String], environment: [String]) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }
}

/// Kinds of Linux namespaces.
public struct NamespaceKinds: OptionSet, Sendable, Hashable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let mount = NamespaceKinds(rawValue: clinux_new_mount)
    public static let network = NamespaceKinds(rawValue: clinux_new_net)
    public static let ipc = NamespaceKinds(rawValue: clinux_new_ipc)
    public static let uts = NamespaceKinds(rawValue: clinux_new_uts)
    public static let pid = NamespaceKinds(rawValue: clinux_new_pid)
    public static let controlGroup = NamespaceKinds(rawValue: clinux_new_cgroup)
}
