extension MachineStep {
    /// What is done, for people: `lose 30 % of egress on eth0`.
    public var summary: String {
        switch self {
        case .loseTraffic(let loss): loss.summary
        case .stressCPU(let stress): stress.summary
        case .killContainer(let kill): kill.summary
        }
    }

    /// By which means.
    public var mechanism: String {
        switch self {
        case .loseTraffic(let loss):
            switch loss.direction {
            case .egress: "nftables netdev egress hook"
            case .ingress: "nftables netdev ingress hook"
            case .both: "nftables netdev egress and ingress hooks"
            }
        case .stressCPU: "stress-ng in a control group below the container's"
        case .killContainer: "signal to the container's first process"
        }
    }

    /// How it is undone; nil when it cannot be.
    public var undo: String? {
        switch self {
        case .loseTraffic: "remove its rules from the pod's network namespace"
        case .stressCPU: "end every process in its control group and remove the group"
        case .killContainer: nil
        }
    }
}

extension TrafficLoss {
    public var summary: String {
        let traffic = direction == .both ? "egress and ingress" : direction.rawValue
        let words = filter.summary
        return "lose \(percentage.short) % of \(traffic) on \(interface)" + (words.isEmpty ? "" : " " + words)
    }
}

extension TrafficFilter {
    /// `with peer 10.0.0.1 (port 80) or peer port 443, tcp only`; empty when all traffic is meant.
    public var summary: String {
        let condition = hasExclusions ? exclusionWords : inclusionWords
        let narrowed = protocols.isEmpty ? "" : protocols.map(\.rawValue).joined(separator: " and ") + " only"
        return [condition, narrowed].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    var hasExclusions: Bool { !excludedDestinationPorts.isEmpty || !excludedSourcePorts.isEmpty }

    private var exclusionWords: String {
        Self.words(
            "except", ports: [("peer port", excludedDestinationPorts), ("own port", excludedSourcePorts)], others: [])
    }

    private var inclusionWords: String {
        let peers = (self.peers + hosts).map { peer in
            peer.ports.isEmpty ? "peer \(peer.address)" : "peer \(peer.address) (\(Self.list("port", peer.ports)))"
        }
        return Self.words(
            "with", ports: [("peer port", destinationPorts), ("own port", sourcePorts)], others: peers)
    }

    private static func words(_ preposition: String, ports: [(String, [UInt16])], others: [String]) -> String {
        let conditions = others + ports.filter { !$0.1.isEmpty }.map { list($0.0, $0.1) }
        return conditions.isEmpty ? "" : preposition + " " + conditions.joined(separator: " or ")
    }

    private static func list(_ noun: String, _ ports: [UInt16]) -> String {
        (ports.count == 1 ? noun : noun + "s") + " " + ports.map(String.init).joined(separator: ", ")
    }
}

extension CPUStress {
    public var summary: String {
        let count = workers == 0 ? "every processor" : "\(workers) \(workers == 1 ? "processor" : "processors")"
        return "keep \(count) \(load) % busy from the container's share"
    }
}

extension ContainerKill {
    public var summary: String {
        let later = killAfterMilliseconds.map { ", SIGKILL after \((Double($0) / 1000).short) s" } ?? ""
        return "send \(signal.rawValue) to the container's first process" + later
    }
}

extension Double {
    /// Without digits that say nothing: `30`, `0.01`, `33.333`.
    var short: String {
        let rounded = (self * 10_000).rounded() / 10_000
        guard rounded.isFinite, rounded != rounded.rounded() || abs(rounded) >= 1e15 else {
            return rounded.isFinite ? String(Int64(rounded)) : String(rounded)
        }
        return String(rounded)
    }
}
