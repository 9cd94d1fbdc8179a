import Host

/// Starts and stops what pods are made of. One implementation runs containers as root (network namespaces, `runc`),
/// one plain processes without root; the node agent knows only this protocol.
public protocol ContainerRuntime: Sendable {
    /// The scheme of container ids in pod statuses: `runc`, `process`.
    var name: String { get }

    /// What this runtime cannot do here, one sentence each, for the user to read at the start.
    var limitations: [String] { get }

    /// Makes the namespaces and the cgroup of a pod. Idempotent for one `uid`.
    func createSandbox(_ specification: SandboxSpecification) async throws -> Sandbox

    /// Kills what is left in the pod's cgroup and removes namespaces, addresses, mounts, cgroup and directories.
    /// Idempotent.
    func removeSandbox(uid: String) async throws

    /// Starts a container in its pod's sandbox. Standard output and error go to `logPath`.
    /// - Returns: once the process runs.
    func start(_ specification: ContainerSpecification) async throws -> RunningContainer

    /// Waits for the container's end. Any number of callers; returns at once when it has already ended.
    func wait(id: String) async throws -> ContainerExit

    /// Sends a signal to the container's first process; one that has ended is no error.
    func signal(id: String, _ signal: Int32) async throws

    /// Runs a command in a running container's namespaces, for probes and `cmdProbe`.
    func execute(id: String, command: [String], timeout: Duration) async throws -> ExecutionResult

    /// Starts a command in a running container's namespaces with streams for a conversation, for `exec`.
    /// - Throws: `ContainerRuntimeError` with reason `ContainerNotRunning` or `ContainerNotFound`; `HostError`, operation
    ///   `execute`, for a program that cannot be.
    func attach(id: String, command: [String], streams: AttachedProcess.Streams) async throws -> AttachedProcess

    /// Removes what is left of an ended container except its log. Idempotent.
    func remove(id: String) async throws

    /// Removes everything that a crashed process of the same cluster left. Called once, before anything is started.
    func removeLeftovers() async throws

    /// Removes everything that this runtime made, in parallel; called when the cluster stops.
    func shutdown() async
}

public struct SandboxSpecification: Sendable, Hashable {
    public var uid: String
    public var namespace: String
    public var name: String
    public var hostname: String
    /// The pod uses the node's network namespace.
    public var usesHostNetwork: Bool
    /// `/etc/resolv.conf` of the pod's containers.
    public var resolvConf: String
    /// Extra lines of `/etc/hosts`, complete, from `hostAliases`.
    public var hostAliases: [String]

    public init(
        uid: String, namespace: String, name: String, hostname: String, usesHostNetwork: Bool = false,
        resolvConf: String = "", hostAliases: [String] = []
    ) {
        self.uid = uid
        self.namespace = namespace
        self.name = name
        self.hostname = hostname
        self.usesHostNetwork = usesHostNetwork
        self.resolvConf = resolvConf
        self.hostAliases = hostAliases
    }
}

public struct Sandbox: Sendable, Hashable {
    public var uid: String
    /// The pod's IPv4 address.
    public var address: String

    public init(uid: String, address: String) {
        self.uid = uid
        self.address = address
    }
}

public struct ContainerSpecification: Sendable, Hashable {
    /// What the container's file system and process are.
    public enum Program: Sendable, Hashable {
        /// The command runs on a private overlay of the host's own file system.
        case host
        /// The command runs on a private overlay of this root file system.
        case directory(String)
        /// A role of the `litmus` executable: its subcommand and fixed arguments. Runs on the host's file system.
        case builtin(role: String, arguments: [String])
    }

    public struct Mount: Sendable, Hashable {
        /// Absolute path on the host.
        public var source: String
        /// Absolute path in the container.
        public var destination: String
        public var isReadOnly: Bool

        public init(source: String, destination: String, isReadOnly: Bool = false) {
            self.source = source
            self.destination = destination
            self.isReadOnly = isReadOnly
        }
    }

    /// Limits and requests; nil where there is none.
    public struct Resources: Sendable, Hashable {
        /// Cores.
        public var cpuLimit: Double?
        public var cpuRequest: Double?
        /// Bytes.
        public var memoryLimit: Int64?

        public init(cpuLimit: Double? = nil, cpuRequest: Double? = nil, memoryLimit: Int64? = nil) {
            self.cpuLimit = cpuLimit
            self.cpuRequest = cpuRequest
            self.memoryLimit = memoryLimit
        }
    }

    /// Unique on the node.
    public var id: String
    public var sandbox: String
    /// The container's name in the pod.
    public var name: String
    public var program: Program
    /// Complete command line; empty runs the program's own entry point (only `builtin` has one).
    public var arguments: [String]
    /// Complete, in order.
    public var environment: [String]
    /// Empty: `/`.
    public var workingDirectory: String
    public var mounts: [Mount]
    public var resources: Resources
    public var logPath: String
    public var isPrivileged: Bool
    /// Capabilities to add and drop, without `CAP_`.
    public var addedCapabilities: [String]
    public var droppedCapabilities: [String]
    public var user: UInt32?
    public var group: UInt32?
    public var hasReadOnlyRoot: Bool
    public var usesHostPID: Bool

    public init(
        id: String, sandbox: String, name: String, program: Program, arguments: [String] = [],
        environment: [String] = [], workingDirectory: String = "", mounts: [Mount] = [],
        resources: Resources = Resources(), logPath: String, isPrivileged: Bool = false,
        addedCapabilities: [String] = [], droppedCapabilities: [String] = [], user: UInt32? = nil,
        group: UInt32? = nil, hasReadOnlyRoot: Bool = false, usesHostPID: Bool = false
    ) {
        self.id = id
        self.sandbox = sandbox
        self.name = name
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.mounts = mounts
        self.resources = resources
        self.logPath = logPath
        self.isPrivileged = isPrivileged
        self.addedCapabilities = addedCapabilities
        self.droppedCapabilities = droppedCapabilities
        self.user = user
        self.group = group
        self.hasReadOnlyRoot = hasReadOnlyRoot
        self.usesHostPID = usesHostPID
    }
}

public struct RunningContainer: Sendable, Hashable {
    public var id: String
    /// In the host's pid namespace.
    public var pid: Int32

    public init(id: String, pid: Int32) {
        self.id = id
        self.pid = pid
    }
}

public struct ContainerExit: Sendable, Hashable {
    /// 128 + signal when a signal ended it; nil when the code was lost (the container outlived its parent).
    public var code: Int32?
    public var signal: Int32?
    /// Killed by the kernel for exceeding its memory limit.
    public var wasOutOfMemory: Bool

    public init(code: Int32?, signal: Int32? = nil, wasOutOfMemory: Bool = false) {
        self.code = code
        self.signal = signal
        self.wasOutOfMemory = wasOutOfMemory
    }
}

public struct ExecutionResult: Sendable, Hashable {
    public var exitCode: Int32
    public var output: [UInt8]
    public var errorOutput: [UInt8]
    /// The command was killed because it took longer than its timeout.
    public var timedOut: Bool

    public init(exitCode: Int32, output: [UInt8], errorOutput: [UInt8], timedOut: Bool = false) {
        self.exitCode = exitCode
        self.output = output
        self.errorOutput = errorOutput
        self.timedOut = timedOut
    }
}

/// What a runtime could not do, in words for a pod's status.
public struct ContainerRuntimeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A reason for the container status: `CreateContainerError`, `RunContainerError`, `ContainerCannotRun`, …
    public var reason: String
    public var message: String
    public var description: String { message }

    public init(reason: String, message: String) {
        self.reason = reason
        self.message = message
    }
}
