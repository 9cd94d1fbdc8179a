/// What a probe has come to: a row of `status.probeStatuses` of the ChaosResult.
public struct ProbeOutcome: Sendable, Hashable {
    public enum Verdict: String, Sendable {
        case awaited = "Awaited"
        case passed = "Passed"
        case failed = "Failed"
        case notApplicable = "N/A"
    }

    public var name: String
    /// `httpProbe`, `cmdProbe`, `k8sProbe`, `promProbe` or `sloProbe`.
    public var type: String
    /// `SOT`, `EOT`, `Edge`, `Continuous` or `OnChaos`.
    public var mode: String
    public var verdict: Verdict
    public var description: String
    /// The probe failed with `stopOnFailure` and so ended the experiment.
    public var stoppedExperiment: Bool

    public init(
        name: String, type: String, mode: String, verdict: Verdict = .awaited, description: String = "",
        stoppedExperiment: Bool = false
    ) {
        self.name = name
        self.type = type
        self.mode = mode
        self.verdict = verdict
        self.description = description
        self.stoppedExperiment = stoppedExperiment
    }
}

/// Why a probe ends the experiment, or could not be evaluated.
public struct ProbeFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// `HTTP_PROBE_FAILURE`, `CMD_PROBE_ERROR`, `PROBE_TIMEOUT`, `GENERIC_ERROR`, …: the error codes of Litmus.
    public var code: String
    public var reason: String
    public var probe: String

    public init(code: String, reason: String, probe: String) {
        self.code = code
        self.reason = reason
        self.probe = probe
    }

    /// The condition was not met (verdict Fail), as opposed to a probe that could not be evaluated (verdict Error).
    public var isConditionFailure: Bool { code.hasSuffix("_FAILURE") }
    public var description: String { "probe \(probe): \(reason)" }
}
