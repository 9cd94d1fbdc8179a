extension MachineStep {
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

extension TrafficFilter {
    var hasExclusions: Bool { !excludedDestinationPorts.isEmpty || !excludedSourcePorts.isEmpty }
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
