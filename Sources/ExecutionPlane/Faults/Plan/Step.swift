import Injection

/// One thing that is done to one target.
public enum Step: Sendable, Hashable, Codable {
    case cluster(ClusterStep)
    case machine(MachineStep)

    public var reversal: Reversal {
        switch self {
        case .cluster(let step): step.reversal
        case .machine(let step): step.reversal
        }
    }

    /// What is done, for people: `lose 30 % of egress on eth0 to 10.0.0.0/8`.
    public var summary: String {
        switch self {
        case .cluster(let step): step.summary
        case .machine(let step): step.summary
        }
    }
}

/// A step that is taken through the Kubernetes API, by the runner.
public enum ClusterStep: Sendable, Hashable, Codable {
    /// - Parameter gracePeriodSeconds: nil leaves the pod its own.
    case deletePod(gracePeriodSeconds: Int?)

    public var reversal: Reversal {
        switch self {
        case .deletePod: .irreversible("a deleted pod does not come back; its controller makes another")
        }
    }

    public var summary: String {
        switch self {
        case .deletePod(nil): "delete the pod with its own grace period"
        case .deletePod(0): "delete the pod at once"
        case .deletePod(let seconds?): "delete the pod with a grace period of \(seconds) s"
        }
    }
}

extension MachineStep {
    public var reversal: Reversal {
        undo.map(Reversal.undo)
            ?? .irreversible("a killed container does not come back; its node starts another")
    }
}

/// How a step is taken back.
public enum Reversal: Sendable, Hashable {
    /// And by which means, for people.
    case undo(String)
    /// Not at all, and why.
    case irreversible(String)
}
