import ContainerRuntime
import KubernetesAPI

extension ContainerRunner {
    /// Everything that the runtime must know of the container.
    /// - Throws: `StartFailure`, `VolumeFailure`.
    func specification(of container: Container) async throws -> ContainerSpecification {
        let environment = try await environment(of: container)
        let command = (container.command + container.args).map { environment.expand($0) }
        let resolved = try ResolvedProgram(
            image: container.image, command: command, table: context.configuration.images)
        let security = SecurityContext(pod: pod, container: container)
        try security.check(container)
        return ContainerSpecification(
            id: id, sandbox: pod.uid, name: container.name, program: resolved.program, arguments: resolved.arguments,
            environment: environment.lines, workingDirectory: container.json["workingDir"].string ?? "",
            mounts: try volumes.mounts(of: container, environment: environment),
            resources: ContainerSpecification.Resources(container: container),
            logPath: try ContainerLog(paths: context.paths, pod: pod.uid).create(run),
            isPrivileged: security.isPrivileged, addedCapabilities: security.addedCapabilities,
            droppedCapabilities: security.droppedCapabilities, user: security.user, group: security.group,
            hasReadOnlyRoot: security.hasReadOnlyRoot, usesHostPID: pod.spec["hostPID"].bool ?? false)
    }

    /// Unique on the node and readable: the pod's uid, the container's name, the number of the run.
    private var id: String {
        "\(pod.uid)-\(run.name)-\(run.attempt)"
    }

    /// Where cluster addresses lead nowhere, pods are told the API server's own address.
    private var apiServer: NodeConfiguration.Endpoint? {
        if let configured = context.configuration.apiServer { return configured }
        return context.configuration.proxiesServices ? nil : context.services.apiServer
    }

    private func environment(of container: Container) async throws -> ContainerEnvironment {
        var builder = EnvironmentBuilder(pod: pod, container: container)
        builder.podAddress = address
        builder.hostAddress = context.configuration.hostAddress
        builder.nodeCapacity = context.configuration.capacity ?? NodeFacts.capacity()
        builder.serviceVariables = context.services.variables(
            namespace: pod.namespace, linksAll: pod.spec["enableServiceLinks"].bool ?? true,
            apiServer: apiServer)
        for reference in builder.references {
            switch reference.kind {
            case .configMap:
                let object = try await context.client.find(
                    ConfigMap.self, namespace: reference.key.namespace, name: reference.key.name)
                builder.configMaps[reference.key.name] = object
            case .secret:
                let object = try await context.client.find(
                    Secret.self, namespace: reference.key.namespace, name: reference.key.name)
                builder.secrets[reference.key.name] = object
            }
        }
        return try builder.build()
    }
}

extension ContainerSpecification.Resources {
    init(container: Container) {
        let limits = container.json["resources", "limits"]
        let requests = container.json["resources", "requests"]
        self.init(
            cpuLimit: Quantity(limits["cpu"])?.value,
            cpuRequest: (Quantity(requests["cpu"]) ?? Quantity(limits["cpu"]))?.value,
            memoryLimit: Quantity(limits["memory"]).map { Int64($0.value) })
    }
}

/// The security settings of a container: its own, else its pod's.
struct SecurityContext: Sendable, Hashable {
    var isPrivileged = false
    var addedCapabilities: [String] = []
    var droppedCapabilities: [String] = []
    var user: UInt32?
    var group: UInt32?
    var hasReadOnlyRoot = false
    var mustNotBeRoot = false

    init(pod: Pod, container: Container) {
        let own = container.json["securityContext"]
        let shared = pod.spec["securityContext"]
        func number(_ name: String) -> UInt32? {
            (own[name].int ?? shared[name].int).flatMap { UInt32(exactly: $0) }
        }
        func capabilities(_ name: String) -> [String] {
            own["capabilities", name].strings.map { $0.hasPrefix("CAP_") ? String($0.dropFirst(4)) : $0 }
        }
        isPrivileged = own["privileged"].bool ?? false
        addedCapabilities = capabilities("add")
        droppedCapabilities = capabilities("drop")
        user = number("runAsUser")
        group = number("runAsGroup")
        hasReadOnlyRoot = own["readOnlyRootFilesystem"].bool ?? false
        mustNotBeRoot = own["runAsNonRoot"].bool ?? shared["runAsNonRoot"].bool ?? false
    }

    func check(_ container: Container) throws(StartFailure) {
        // A Litmus image of upstream runs as another user than root; here the role has the user it is given.
        guard mustNotBeRoot, user == 0 else { return }
        throw .configuration(
            "container has runAsNonRoot and runAsUser 0: container \(container.name) would run as root")
    }
}
