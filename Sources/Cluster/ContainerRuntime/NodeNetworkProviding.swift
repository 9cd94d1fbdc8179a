/// The network that a node gives its pods.
public struct NodeNetwork: Sendable, Hashable {
    /// Where pods reach the node: the API server and the DNS listen on it.
    public var gateway: String
    /// The range of pod addresses in CIDR notation; nil when pods share the host's address.
    public var subnet: String?

    public init(gateway: String, subnet: String?) {
        self.gateway = gateway
        self.subnet = subnet
    }
}

/// A runtime that also makes the node's side of the pod network.
public protocol NodeNetworkProviding: ContainerRuntime {
    /// Registers the cluster on this machine, removes what a crashed process of the same cluster left, and makes the
    /// network. Idempotent.
    /// - Throws: `ContainerRuntimeError` when a living process runs the cluster already or the host lacks something.
    @discardableResult
    func prepare() async throws -> NodeNetwork

    /// nil before `prepare()`.
    var network: NodeNetwork? { get async }
}

extension NodeNetworkProviding {
    /// The node's address for pods; empty before `prepare()`.
    public var gateway: String {
        get async { await network?.gateway ?? "" }
    }

    /// The range of pod addresses; nil before `prepare()` and where pods share the host's address.
    public var subnet: String? {
        get async { await network?.subnet }
    }
}
