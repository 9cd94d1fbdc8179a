import Host

/// A pod's share of the host.
struct SandboxState: Sendable {
    var specification: SandboxSpecification
    /// Its own address; nil on the host's network.
    var address: IPv4Address?
    var namespaces: NamespaceFiles
    var controlGroup: ControlGroup
    /// Holds the pod's containers' directories.
    var directory: String
    /// The address that goes into `/etc/hosts` and the pod's status.
    var visibleAddress: String

    /// Paths of the namespaces that containers enter.
    var namespacePaths: [String] {
        (address == nil ? [] : [namespaces.network]) + [namespaces.ipc, namespaces.uts]
    }

    /// `/etc/hosts` of the pod's containers.
    var hosts: String {
        var lines = [
            "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback",
            "\(visibleAddress)\t\(specification.hostname)",
        ]
        lines += specification.hostAliases
        return lines.joined(separator: "\n") + "\n"
    }
}

/// A container that was started.
struct ContainerState: Sendable {
    var specification: ContainerSpecification
    var process: ChildProcess
    var controlGroup: ControlGroup
    var root: ContainerRoot
    /// Where `runc` keeps the container's state; nil for a plain child.
    var runcState: String?
    var exit: ContainerExit?
}
