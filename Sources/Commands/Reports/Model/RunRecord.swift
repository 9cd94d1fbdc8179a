import ChaosAPI
import KubernetesAPI

/// What a run has in its hands when it ends: the objects of the cluster, and what they do not know.
public struct RunRecord: Sendable {
    public var litmusVersion: String
    /// Empty where unknown.
    public var kubernetesVersion: String
    public var started: Timestamp
    public var ended: Timestamp
    /// The files that `litmus run` was given.
    public var files: [String]
    /// Further arguments that repeat the run, such as `--kubeconfig FILE`, without `--seed` and `--report`.
    public var options: [String]
    /// What ended the run before its verdicts, such as its time limit; empty mostly.
    public var failure: String
    /// In the order in which they are told.
    public var engines: [ChaosEngine]
    /// Of all engines, in any order; those of other engines are ignored.
    public var results: [ChaosResult]
    /// Events of the engines' namespaces, in any order; those on other objects are ignored.
    public var events: [Event]

    public init(
        litmusVersion: String, kubernetesVersion: String, started: Timestamp, ended: Timestamp, files: [String],
        options: [String] = [], failure: String = "", engines: [ChaosEngine], results: [ChaosResult], events: [Event]
    ) {
        self.litmusVersion = litmusVersion
        self.kubernetesVersion = kubernetesVersion
        self.started = started
        self.ended = ended
        self.files = files
        self.options = options
        self.failure = failure
        self.engines = engines
        self.results = results
        self.events = events
    }
}
