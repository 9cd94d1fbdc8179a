extension MachineStep {
    /// What is done, for people: `lose 30 % of egress on eth0 to 10.0.0.0/8`.
    public var summary: String {
        switch self {
        case .loseTraffic(let loss): loss.summary
        case .stressCPU(let stress): stress.summary
        case .killContainer(let kill): kill.summary
        }
    }
}

extension TrafficLoss {
    public var summary: String {
        let protocols = filter.protocols.map { $0.rawValue + " " }.joined(separator: "and ")
        let traffic = direction == .both ? "egress and ingress" : direction.rawValue
        let share = Int(exactly: percentage).map(String.init) ?? String(percentage)
        return (["lose \(share) % of \(protocols)\(traffic) on \(interface)"] + filter.words(direction))
            .joined(separator: " ")
    }
}

extension TrafficFilter {
    /// Which packets are meant; empty when all are.
    fileprivate func words(_ direction: TrafficDirection) -> [String] {
        let excluded = [
            Self.words(direction.towardsPeer, "port", excludedDestinationPorts),
            Self.words(direction.awayFromPeer, "own port", excludedSourcePorts),
        ].compactMap { $0 }
        if !excluded.isEmpty { return ["except", excluded.joined(separator: " and ")] }
        let peers = (self.peers + hosts).map { peer in
            peer.ports.isEmpty
                ? "\(direction.towardsPeer) \(peer.address)"
                : Self.words("\(direction.towardsPeer) \(peer.address)", "port", peer.ports)
        }
        let conditions =
            (peers + [
                Self.words(direction.towardsPeer, "port", destinationPorts),
                Self.words(direction.awayFromPeer, "own port", sourcePorts),
            ]).compactMap { $0 }
        return conditions.isEmpty ? [] : [conditions.joined(separator: " or ")]
    }

    private static func words(_ start: String, _ noun: String, _ ports: [UInt16]) -> String? {
        guard !ports.isEmpty else { return nil }
        return "\(start) \(noun)\(ports.count == 1 ? "" : "s") " + ports.map(String.init).joined(separator: ", ")
    }
}

extension TrafficDirection {
    fileprivate var towardsPeer: String {
        switch self {
        case .egress: "to"
        case .ingress: "from"
        case .both: "to and from"
        }
    }

    fileprivate var awayFromPeer: String {
        switch self {
        case .egress: "from"
        case .ingress: "to"
        case .both: "from and to"
        }
    }
}

extension CPUStress {
    public var summary: String {
        let processors = workers == 0 ? "every processor" : "\(workers) \(workers == 1 ? "processor" : "processors")"
        return "stress \(processors) at \(load) %"
    }
}

extension ContainerKill {
    public var summary: String {
        let last = killAfterMilliseconds.map { milliseconds in
            let time = milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
            return ", and SIGKILL after \(time)"
        }
        return "send \(signal.rawValue) to the container\(last ?? "")"
    }
}
