import Injection

/// What an engine would do on a cluster as it is now.
public struct EnginePreview: Sendable, Hashable, Codable {
    public var namespace: String
    public var name: String
    /// `kind:namespace:[filter]`, several joined with `;`.
    public var application: String
    public var serviceAccount: String
    /// What would keep the engine from running, with what to do.
    public var problems: [String]
    public var experiments: [ExperimentPreview]

    /// Whether nothing is known that would keep it from running.
    public var isRunnable: Bool { problems.isEmpty && experiments.allSatisfy(\.problems.isEmpty) }
}

/// What one experiment of an engine would do.
public struct ExperimentPreview: Sendable, Hashable, Codable {
    public var name: String
    public var fault: String
    /// `inside the runner pod`, or why it needs a Job of its own.
    public var execution: String
    /// Repeats the choice of targets (`litmus run --seed`).
    public var seed: UInt64
    public var durationMilliseconds: Int
    /// Before the chaos and after it.
    public var rampMilliseconds: Int
    public var rounds: [RoundPreview] = []
    public var access: [AccessPreview] = []
    public var probes: [ProbePreview] = []
    /// Chaos that already runs on the same targets.
    public var collisions: [String] = []
    /// What is worth knowing otherwise.
    public var notes: [String] = []
    /// What would keep the experiment from running, with what to do.
    public var problems: [String] = []
}

/// One round of a plan.
public struct RoundPreview: Sendable, Hashable, Codable {
    /// From the beginning of the chaos.
    public var offsetMilliseconds: Int
    /// `once`, or `every 5 s`.
    public var repetition: String
    /// `serial` or `parallel`.
    public var sequence: String
    /// Whether each repetition chooses its targets anew; `targets` are those of the first.
    public var choosesAnew: Bool
    /// Of how many the targets were chosen.
    public var candidates: Int
    public var targets: [TargetPreview]
    public var steps: [StepPreview]
    public var requirements: [RequirementPreview]
}

public struct TargetPreview: Sendable, Hashable, Codable {
    public var namespace: String
    public var pod: String
    public var container: String
    public var node: String
    /// `deployment/web`; empty for a pod without one.
    public var workload: String
}

public struct StepPreview: Sendable, Hashable, Codable {
    public var action: String
    /// By which means.
    public var mechanism: String
    /// nil: it cannot be undone.
    public var undo: String?
    /// Why it cannot be undone.
    public var irreversible: String?
}

/// What a node must have.
public struct RequirementPreview: Sendable, Hashable, Codable {
    public var node: String
    public var name: String
    /// nil where it can only be found out on the node itself.
    public var isPresent: Bool?
    public var detail: String
}

/// What the service account must be allowed to do.
public struct AccessPreview: Sendable, Hashable, Codable {
    /// `create`.
    public var verb: String
    /// `pods`, `deployments.apps`.
    public var resource: String
    /// Empty: in all namespaces.
    public var namespace: String
    /// nil where it could not be found out.
    public var isAllowed: Bool?
    /// What is done instead where it is not allowed; empty: the experiment fails.
    public var otherwise: String
}

public struct ProbePreview: Sendable, Hashable, Codable {
    public var name: String
    public var type: String
    public var mode: String
    /// `timeout 5s, interval 2s`.
    public var properties: String
    public var stopsOnFailure: Bool
}
