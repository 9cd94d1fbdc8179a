/// One thing that is done on the node of a target, and that the node undoes. A value: it can be shown, compared,
/// journaled and sent.
public enum MachineStep: Sendable, Hashable, Codable {
    case loseTraffic(TrafficLoss)
    case stressCPU(CPUStress)
    case killContainer(ContainerKill)
}

/// Packets that are lost on their way, without an error at the sender.
public struct TrafficLoss: Sendable, Hashable, Codable {
    /// Share of the packets that match, 0 to 100 percent.
    public var percentage: Double
    /// How much a loss depends on the one before, 0 to 100 percent; 0: not at all.
    public var correlation: Double
    public var direction: TrafficDirection
    /// The device in the target's network namespace, such as `eth0`.
    public var interface: String
    public var filter: TrafficFilter

    public init(
        percentage: Double, correlation: Double = 0, direction: TrafficDirection = .egress,
        interface: String = "eth0", filter: TrafficFilter = TrafficFilter()
    ) {
        self.percentage = percentage
        self.correlation = correlation
        self.direction = direction
        self.interface = interface
        self.filter = filter
    }
}

/// As the target sees it.
public enum TrafficDirection: String, Sendable, Hashable, Codable, CaseIterable {
    case egress
    case ingress
    case both
}

/// Which packets are meant. Without any condition all are; otherwise those that match at least one of them.
public struct TrafficFilter: Sendable, Hashable, Codable {
    /// One peer, with or without ports.
    public struct Peer: Sendable, Hashable, Codable {
        /// An IPv4 or IPv6 address or network (`10.0.0.0/8`), or a host name, which must be resolved before the step
        /// is applied.
        public var address: String
        /// Of the peer; empty: all.
        public var ports: [UInt16]

        public init(address: String, ports: [UInt16] = []) {
            self.address = address
            self.ports = ports
        }
    }

    public enum TransportProtocol: String, Sendable, Hashable, Codable, CaseIterable {
        case tcp
        case udp
        case icmp
    }

    public var peers: [Peer]
    /// Peers given by name; the runner replaces them by addresses (`peers`) before an order is sent.
    public var hosts: [Peer]
    /// Ports of the peer.
    public var destinationPorts: [UInt16]
    /// Ports of the target.
    public var sourcePorts: [UInt16]
    /// With exclusions everything matches but packets from or to these ports, and the conditions above do not count.
    public var excludedDestinationPorts: [UInt16]
    public var excludedSourcePorts: [UInt16]
    /// Narrows every condition; empty: all protocols.
    public var protocols: [TransportProtocol]

    public init(
        peers: [Peer] = [], hosts: [Peer] = [], destinationPorts: [UInt16] = [], sourcePorts: [UInt16] = [],
        excludedDestinationPorts: [UInt16] = [], excludedSourcePorts: [UInt16] = [],
        protocols: [TransportProtocol] = []
    ) {
        self.peers = peers
        self.hosts = hosts
        self.destinationPorts = destinationPorts
        self.sourcePorts = sourcePorts
        self.excludedDestinationPorts = excludedDestinationPorts
        self.excludedSourcePorts = excludedSourcePorts
        self.protocols = protocols
    }
}

/// Load on the processors, paid from the target container's own share.
public struct CPUStress: Sendable, Hashable, Codable {
    /// Number of busy workers; 0: one for each processor of the node.
    public var workers: Int
    /// Of one processor by each worker, 0 to 100 percent.
    public var load: Int

    public init(workers: Int, load: Int = 100) {
        self.workers = workers
        self.load = load
    }
}

/// A signal to the first process of a container. What comes next is the node's own restart policy.
public struct ContainerKill: Sendable, Hashable, Codable {
    public enum Signal: String, Sendable, Hashable, Codable, CaseIterable {
        case terminate = "SIGTERM"
        case kill = "SIGKILL"
    }

    public var signal: Signal
    /// After this a container that has not ended is killed; nil: never.
    public var killAfterMilliseconds: Int?

    public init(signal: Signal = .kill, killAfterMilliseconds: Int? = nil) {
        self.signal = signal
        self.killAfterMilliseconds = killAfterMilliseconds
    }
}
