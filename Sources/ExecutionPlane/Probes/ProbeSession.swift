import KubernetesAPI

/// What probes may use of the experiment that they judge.
public struct ProbeContext: Sendable {
    /// Environment of the experiment container: what commands see.
    public var environment: [String: String]
    /// How long the chaos lasts: the life of an OnChaos probe.
    public var chaosDuration: Duration
    /// How long the end of a background probe is waited for.
    public var statusCheckTimeout: Duration

    public init(
        environment: [String: String], chaosDuration: Duration, statusCheckTimeout: Duration = .seconds(180)
    ) {
        self.environment = environment
        self.chaosDuration = chaosDuration
        self.statusCheckTimeout = statusCheckTimeout
    }
}

/// Runs the probes of one experiment through its phases and keeps what came of each.
public actor ProbeSession {
    /// Failures of Continuous and OnChaos probes with `stopOnFailure`: the experiment is to end now.
    public nonisolated let stopRequests: AsyncStream<ProbeFailure>

    /// - Parameter probes: `spec.experiments[].spec.probe[]` of the ChaosEngine.
    /// - Throws: `ProbeFailure` with `GENERIC_ERROR` when an input is malformed: everything is checked before chaos.
    public init(probes: [JSON], context: ProbeContext) throws(ProbeFailure) {
        stopRequests = AsyncStream { $0.finish() }
    }

    /// Runs SOT and Edge probes and starts the Continuous ones.
    /// - Throws: a failure that ends the experiment before any chaos.
    public func preChaos() async throws(ProbeFailure) {}

    /// Starts the OnChaos probes.
    public func duringChaos() async throws(ProbeFailure) {}

    /// Ends and judges Continuous and OnChaos probes, then runs EOT and Edge.
    public func postChaos() async throws(ProbeFailure) {}

    /// Ends every background probe and returns when the last one is gone.
    public func cancel() async {}

    /// In the engine's order.
    public func outcomes() -> [ProbeOutcome] { [] }

    /// Share of passed evaluations, 0 to 100, as `probeSuccessPercentage` counts them.
    public func successPercentage() -> Int { 100 }
}
