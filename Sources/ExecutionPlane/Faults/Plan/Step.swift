/// One thing that is done to one target. Machine steps, which run on the target's node, will be the second case.
public enum Step: Sendable, Hashable, Codable {
    case cluster(ClusterStep)

    public var reversal: Reversal {
        switch self {
        case .cluster(let step): step.reversal
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

/// How a step is taken back.
public indirect enum Reversal: Sendable, Hashable {
    case undo(Step)
    /// Not at all, and why.
    case irreversible(String)
}
