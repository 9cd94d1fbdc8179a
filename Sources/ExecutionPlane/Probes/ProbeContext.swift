import KubernetesAPI

/// What probes may use of the experiment that they judge.
public struct ProbeContext: Sendable {
    /// Environment of the experiment container: what commands see.
    public var environment: [String: String]
    /// How long the chaos lasts: the life of an OnChaos probe.
    public var chaosDuration: Duration
    /// How long the end of a background probe is waited for.
    public var statusCheckTimeout: Duration
    /// The cluster that k8sProbes ask; nil refuses them.
    public var client: (any APIClient)?
    /// Where a k8sProbe that names no namespace finds and makes objects that need one: the experiment's.
    public var namespace: String
    public var commands: any CommandExecuting
    public var clock: any Clock<Duration>

    public init(
        environment: [String: String], chaosDuration: Duration, statusCheckTimeout: Duration = .seconds(180),
        client: (any APIClient)? = nil, namespace: String = "default",
        commands: any CommandExecuting = HostCommands(), clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.environment = environment
        self.chaosDuration = chaosDuration
        self.statusCheckTimeout = statusCheckTimeout
        self.client = client
        self.namespace = namespace
        self.commands = commands
        self.clock = clock
    }
}
