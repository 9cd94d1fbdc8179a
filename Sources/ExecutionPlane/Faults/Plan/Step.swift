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
}

extension MachineStep {
    public var reversal: Reversal {
        switch self {
        case .loseTraffic: .undo("the rules in the target's network namespace are rendered without this fault")
        case .stressCPU: .undo("the workers are killed and their control group is removed")
        case .killContainer: .irreversible("a killed container does not come back; its node starts another")
        }
    }
}

/// How a step is taken back.
public enum Reversal: Sendable, Hashable {
    /// And by which means, for people.
    case undo(String)
    /// Not at all, and why.
    case irreversible(String)
}
