import Foundation
import Host
import Logging

/// Pods without root: every container is a plain process in its own session, on the host's network and file system.
public actor ProcessRuntime: NodeNetworkProviding {
    public struct Configuration: Sendable {
        public var clusterID: ClusterID
        /// What `builtin` containers execute.
        public var executable: String

        public init(clusterID: ClusterID, executable: String = "/proc/self/exe") {
            self.clusterID = clusterID
            self.executable = executable
        }
    }

    struct Container: Sendable {
        var specification: ContainerSpecification
        var process: ChildProcess
        var environment: [String]
    }

    public nonisolated let name = "process"
    public nonisolated let limitations = [
        "Without root, containers are plain processes: they share the host's network, processes and file system.",
        "Two pods cannot listen on the same port, so an application has one replica.",
        "Names and cluster addresses of Services do not work: a probe reaches a pod at 127.0.0.1 and its own port.",
        "Limits on memory, CPU and processes, users, capabilities and read-only root file systems are not applied.",
        "Volumes are not mounted: LITMUS_MOUNTS lists them, one DESTINATION=SOURCE a line.",
        "Faults on a pod's network, CPU, memory or disk cannot be injected.",
    ]
    private let configuration: Configuration
    private let registry: ClusterRegistry
    private let logger: Logger
    private var lock: FileLock?
    private var sandboxes: [String: SandboxSpecification] = [:]
    private var containers: [String: Container] = [:]

    public init(configuration: Configuration, logger: Logger = Logger(label: "litmus.runtime")) {
        self.configuration = configuration
        self.logger = logger
        registry = .standard
    }

    public var network: NodeNetwork? { NodeNetwork(gateway: "127.0.0.1", subnet: nil) }

    @discardableResult
    public func prepare() async throws -> NodeNetwork {
        if lock == nil {
            let claimed = try await registry.register(configuration.clusterID)
            lock = claimed
            try ClusterRecord(id: configuration.clusterID.description)
                .write(to: registry.recordPath(configuration.clusterID))
            await MarkedProcesses.killAll(of: configuration.clusterID)
        }
        return NodeNetwork(gateway: "127.0.0.1", subnet: nil)
    }

    public func removeLeftovers() async throws {
        try await prepare()
    }

    /// Ends what processes of clusters left that have died.
    @discardableResult
    public static func cleanupDeadClusters() async throws -> [ClusterID] {
        try await RuncRuntime.cleanupDeadClusters()
    }

    public func createSandbox(_ specification: SandboxSpecification) async throws -> Sandbox {
        try await prepare()
        sandboxes[specification.uid] = specification
        return Sandbox(uid: specification.uid, address: "127.0.0.1")
    }

    public func removeSandbox(uid: String) async throws {
        sandboxes[uid] = nil
        for (id, container) in containers where container.specification.sandbox == uid {
            container.process.signalGroup(SIGKILL)
            try await remove(id: id)
        }
    }

    public func start(_ specification: ContainerSpecification) async throws -> RunningContainer {
        guard let sandbox = sandboxes[specification.sandbox] else {
            throw ContainerRuntimeError(
                reason: "CreateContainerError", message: "the pod \(specification.sandbox) has no sandbox")
        }
        guard containers[specification.id] == nil else {
            throw ContainerRuntimeError(
                reason: "CreateContainerError", message: "the container \(specification.id) exists already")
        }
        let environment = environment(specification, sandbox)
        let process = try await launch(specification, environment)
        containers[specification.id] = Container(
            specification: specification, process: process, environment: environment)
        return RunningContainer(id: specification.id, pid: process.pid)
    }

    public func wait(id: String) async throws -> ContainerExit {
        let exit = try await find(id).process.wait()
        return ContainerExit(code: exit?.code, signal: exit?.signal)
    }

    public func signal(id: String, _ signal: Int32) async throws {
        try find(id).process.signal(signal)
    }

    public func execute(id: String, command: [String], timeout: Duration) async throws -> ExecutionResult {
        try await Execution.run(try request(id: id, command: command), timeout: timeout)
    }

    public func attach(
        id: String, command: [String], streams: AttachedProcess.Streams
    ) async throws -> AttachedProcess {
        var request = try request(id: id, command: command)
        if streams.terminal { request.describeTerminal() }
        return try await AttachedProcess.start(request, streams)
    }

    /// A command with the container's environment and working directory.
    private func request(id: String, command: [String]) throws -> SpawnRequest {
        let container = try find(id)
        guard !container.process.hasEnded, let program = command.first else {
            throw ContainerRuntimeError(
                reason: "ContainerNotRunning",
                message: command.isEmpty ? "no command was given" : "the container \(id) is not running")
        }
        var request = SpawnRequest(executable: program, arguments: command, environment: container.environment)
        request.directory = container.specification.directory
        request.parentDeathSignal = SIGKILL
        return request
    }

    public func remove(id: String) async throws {
        guard let container = containers.removeValue(forKey: id) else { return }
        // Also what the process left in its group: nothing else ends it here.
        container.process.signalGroup(SIGKILL)
        _ = try await container.process.wait()
    }

    public func shutdown() async {
        containers = [:]
        sandboxes = [:]
        guard let claimed = lock else { return }
        lock = nil
        do {
            try await RuncRuntime.forget(configuration.clusterID, registry, nil)
        } catch {
            logger.error("could not remove everything of the cluster", metadata: ["reason": "\(error)"])
        }
        withExtendedLifetime(claimed) {}
    }

    private func launch(_ specification: ContainerSpecification, _ environment: [String]) async throws -> ChildProcess {
        var command = specification.arguments
        var executable = command.first ?? ""
        switch specification.program {
        case .host: break
        case .directory(let path):
            throw ContainerRuntimeError(
                reason: "CreateContainerError",
                message: "the root file system \(path) needs root to be used; run litmus as root")
        case .builtin(let role, let arguments):
            executable = configuration.executable
            command = ["litmus", role] + arguments + command
        }
        guard !executable.isEmpty else {
            throw ContainerRuntimeError(reason: "CreateContainerError", message: "the container has no command")
        }
        var request = SpawnRequest(executable: executable, arguments: command, environment: environment)
        request.directory = specification.directory
        request.parentDeathSignal = SIGKILL
        do {
            let log = try LogFile.open(specification.logPath)
            request.standardOutput = log
            request.standardError = log
            return try await Spawner.shared.spawn(request)
        } catch {
            throw ContainerRuntimeError(reason: "ContainerCannotRun", message: "\(error)")
        }
    }

    private func environment(_ specification: ContainerSpecification, _ sandbox: SandboxSpecification) -> [String] {
        let mounts = specification.mounts.map { "\($0.destination)=\($0.source)" }.joined(separator: "\n")
        return specification.fullEnvironment(hostname: sandbox.hostname)
            + ["\(MarkedProcesses.variable)=\(configuration.clusterID)", "LITMUS_MOUNTS=\(mounts)"]
    }

    private func find(_ id: String) throws -> Container {
        guard let container = containers[id] else {
            throw ContainerRuntimeError(reason: "ContainerNotFound", message: "there is no container \(id)")
        }
        return container
    }
}
