import KubernetesAPI

/// What a run event says of a run: JSON, in base64 in the argument of `chaosExperimentRun`, plain in the API.
///
/// Times are seconds since 1970 as text, empty where there is none.
public struct ExecutionData: Codable, Sendable, Hashable {
    /// `events` for a Workflow, `chaosengine` for a ChaosEngine of its own.
    public var experimentType: String
    public var revisionID: String
    public var notifyID: String?
    public var experimentID: String
    /// `ADD` or `UPDATE`.
    public var eventType: String
    /// Of the Workflow or ChaosEngine: the run's id.
    public var uid: String
    public var namespace: String
    public var name: String
    public var creationTimestamp: String
    public var phase: String
    public var message: String
    public var startedAt: String
    public var finishedAt: String
    /// By Argo's node id. Written in the order of the ids: the web portal takes the first for the root.
    public var nodes: [String: Node]
    /// Counts the events of a run, from 1: later ones have higher numbers. Upstream's agents do not number theirs.
    public var sequence: Int?

    /// A step of a run.
    public struct Node: Codable, Sendable, Hashable {
        public var name: String
        public var phase: String
        public var message: String
        public var startedAt: String
        public var finishedAt: String
        public var children: [String]?
        /// Argo's type, or `ChaosEngine`.
        public var type: String
        public var chaosData: ChaosData?
    }

    /// What a node of a ChaosEngine says of the fault.
    public struct ChaosData: Codable, Sendable, Hashable {
        public var engineUID: String?
        public var engineContext: String?
        public var engineName: String?
        public var namespace: String?
        public var experimentName: String?
        public var experimentStatus: String?
        public var lastUpdatedAt: String?
        public var experimentVerdict: String?
        public var experimentPod: String?
        public var runnerPod: String?
        public var probeSuccessPercentage: String?
        public var failStep: String?
        /// The whole ChaosResult.
        public var chaosResult: JSON?

        /// A fault of which nothing is known.
        public init() {}
    }
}
