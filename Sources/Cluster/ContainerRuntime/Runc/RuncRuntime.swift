import Foundation
import Host
import Logging

/// Pods as root: a network, IPC and UTS namespace and a control group for each pod; containers by the distribution's
/// `runc`, roles of this executable as plain children in the pod's namespaces.
public actor RuncRuntime: NodeNetworkProviding {
    public struct Configuration: Sendable {
        /// Under which the cluster's traces are found on this machine.
        public var clusterID: ClusterID
        /// Private file systems of containers go to `sandboxes` in it.
        public var stateDirectory: String
        /// What `builtin` containers execute.
        public var executable: String
        /// CIDR notation; nil takes a free range of 10.128.0.0/10.
        public var subnet: String?
        /// Addresses of services in CIDR notation, for which the host gets a route; nil for none.
        public var serviceSubnet: String?
        /// Processes in one container.
        public var processLimit: Int

        public init(
            clusterID: ClusterID, stateDirectory: String, executable: String = "/proc/self/exe", subnet: String? = nil,
            serviceSubnet: String? = nil, processLimit: Int = 4096
        ) {
            self.clusterID = clusterID
            self.stateDirectory = stateDirectory
            self.executable = executable
            self.subnet = subnet
            self.serviceSubnet = serviceSubnet
            self.processLimit = processLimit
        }
    }

    /// What `prepare` made.
    struct Prepared: Sendable {
        var lock: FileLock
        var layout: ControlGroupLayout
        var network: ClusterNetwork
        var runc: String
        var executable: String
        var record: ClusterRecord
    }

    public nonisolated let name = "runc"
    public nonisolated let limitations: [String]
    let configuration: Configuration
    let registry: ClusterRegistry
    let logger: Logger
    var preparation: Task<Prepared, any Error>?
    var prepared: Prepared?
    var addresses: AddressPool?
    var sandboxes: [String: Task<SandboxState, any Error>] = [:]
    var containers: [String: ContainerState] = [:]
    /// The pods' own addresses by uid.
    var podAddresses: [String: IPv4Address] = [:]
    private var isStopped = false
    private var operations = 0
    private var idleWaiters: [CheckedContinuation<Void, Never>] = []

    public init(configuration: Configuration, logger: Logger = Logger(label: "litmus.runtime")) {
        self.configuration = configuration
        self.logger = logger
        registry = .standard
        limitations = Self.limitations()
    }

    public var network: NodeNetwork? {
        prepared.map { NodeNetwork(gateway: $0.network.gateway.description, subnet: $0.network.subnet.description) }
    }

    /// Everything that a container of this cluster needs on the host and that is not there, one sentence each.
    public static func missingRequirements() -> [String] {
        HostFeatures.probe().problems
    }

    private static func limitations() -> [String] {
        guard case .v2(let root) = ControlGroupLayout.detect() else { return [] }
        let available = (try? FileTree.readText(root + "/cgroup.controllers")) ?? ""
        let missing = ["memory", "cpu", "pids"].filter {
            !available.split(whereSeparator: \.isWhitespace).contains($0[...])
        }
        return missing.isEmpty
            ? [] : ["Limits on \(missing.joined(separator: ", ")) do not work: their control groups are not delegated."]
    }

    @discardableResult
    public func prepare() async throws -> NodeNetwork {
        guard !isStopped else {
            throw ContainerRuntimeError(reason: "RuntimeStopped", message: "the container runtime is stopping")
        }
        let task = preparation ?? Task { try await makePrepared() }
        preparation = task
        do {
            let result = try await task.value
            if prepared == nil && !isStopped {
                prepared = result
                addresses = AddressPool(result.network.subnet)
            }
            return NodeNetwork(
                gateway: result.network.gateway.description, subnet: result.network.subnet.description)
        } catch {
            preparation = nil
            throw error
        }
    }

    public func removeLeftovers() async throws {
        // A new process has nothing of its own, and `prepare` removes what it finds of the same cluster.
        try await prepare()
    }

    public func shutdown() async {
        isStopped = true
        guard let current = try? await preparation?.value else { return }
        preparation = nil
        prepared = nil
        for creation in sandboxes.values { _ = await creation.result }
        await untilIdle()
        sandboxes = [:]
        containers = [:]
        do {
            try await Self.forget(configuration.clusterID, registry, current.record)
        } catch {
            logger.error("could not remove everything of the cluster", metadata: ["reason": "\(error)"])
        }
        withExtendedLifetime(current.lock) {}
    }

    /// Removes everything of a cluster and its entry. The caller holds the cluster's lock.
    static func forget(_ id: ClusterID, _ registry: ClusterRegistry, _ record: ClusterRecord?) async throws {
        try await ClusterRemoval(id: id, registry: registry, record: record).run()
        try await registry.unregister(id) { SharedSettings(registry).restore() }
    }

    /// Runs what must not be left half done: the caller's cancellation does not reach it, and `shutdown` waits for it.
    func uninterrupted<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        operations += 1
        defer {
            operations -= 1
            if operations == 0 {
                for waiter in idleWaiters { waiter.resume() }
                idleWaiters = []
            }
        }
        return try await Task { try await body() }.value
    }

    private func untilIdle() async {
        guard operations > 0 else { return }
        await withCheckedContinuation { idleWaiters.append($0) }
    }

    /// Removes every cluster of this machine whose process has died without doing so.
    /// - Returns: their ids.
    @discardableResult
    public static func cleanupDeadClusters() async throws -> [ClusterID] {
        let registry = ClusterRegistry.standard
        let dead = try await registry.claimDead()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (id, record, _) in dead {
                group.addTask {
                    try await forget(id, registry, record)
                }
            }
            try await group.waitForAll()
        }
        return withExtendedLifetime(dead) { dead.map(\.id) }
    }

    func requirePrepared() async throws -> Prepared {
        try await prepare()
        guard let prepared else {
            throw ContainerRuntimeError(reason: "RuntimeStopped", message: "the container runtime is stopping")
        }
        return prepared
    }
}
