import ChaosAPI
import ControllerRuntime

/// What can be set of the operator.
public struct OperatorConfiguration: Sendable {
    /// The operator's own namespace (`POD_NAMESPACE`), where the ConfigMap of a halt is looked for.
    public var namespace: String
    /// Empty: all namespaces (`WATCH_NAMESPACE`).
    public var watchNamespace: String
    /// Image of runner pods whose engine names none (`CHAOS_RUNNER_IMAGE`).
    public var runnerImage: String
    /// What the installation decides for every pod (`LITMUS_PLATFORM`).
    public var platform: PlatformSettings
    /// Engines that are worked on at the same time.
    public var workers: Int
    /// How long a missing ChaosExperiment, service account or permission is waited for.
    public var dependencyTimeout: Duration
    /// How long a runner pod may take to start.
    public var startTimeout: Duration
    /// The same for a pod whose container cannot be made, because of its image or its configuration.
    public var imageTimeout: Duration
    /// How long pods of an aborted engine may take to end, beyond their grace period, before the engine is said to be
    /// stopped without them.
    public var abortTimeout: Duration
    /// Restarts after which a runner that keeps failing is given up.
    public var runnerRestarts: Int
    /// nil for a single operator.
    public var leaderElection: LeaderElection?

    /// The Lease that the operators of a namespace compete for.
    public static let leaseName = "chaos-operator.lock"
    public static let defaultRunnerImage = "litmuschaos/chaos-runner:latest"

    public init(
        namespace: String = Halt.defaultNamespace, watchNamespace: String = "",
        runnerImage: String = Self.defaultRunnerImage, platform: PlatformSettings = PlatformSettings(),
        workers: Int = 4, dependencyTimeout: Duration = .seconds(30),
        startTimeout: Duration = .seconds(180), imageTimeout: Duration = .seconds(60),
        abortTimeout: Duration = .seconds(120), runnerRestarts: Int = 3, leaderElection: LeaderElection? = nil
    ) {
        self.namespace = namespace
        self.watchNamespace = watchNamespace
        self.runnerImage = runnerImage
        self.platform = platform
        self.workers = workers
        self.dependencyTimeout = dependencyTimeout
        self.startTimeout = startTimeout
        self.imageTimeout = imageTimeout
        self.abortTimeout = abortTimeout
        self.runnerRestarts = runnerRestarts
        self.leaderElection = leaderElection
    }

    /// The configuration that the operator's environment (`POD_NAMESPACE`, `WATCH_NAMESPACE`, `CHAOS_RUNNER_IMAGE`,
    /// `LITMUS_PLATFORM`) asks for.
    /// - Throws: `DecodingError` where `LITMUS_PLATFORM` cannot be read.
    public init(environment: [String: String]) throws {
        self.init(
            watchNamespace: environment["WATCH_NAMESPACE"] ?? "",
            platform: try PlatformSettings(environment: environment))
        if let own = environment["POD_NAMESPACE"], !own.isEmpty { namespace = own }
        if let image = environment["CHAOS_RUNNER_IMAGE"], !image.isEmpty { runnerImage = image }
    }
}
