import ChaosAPI
import KubernetesAPI

/// What there is to tell of one experiment of an engine.
public struct ExperimentReport: Sendable, Hashable, Codable {
    /// The fault, such as `pod-network-loss`.
    public var name: String
    /// Of several runs of one fault in an engine; empty mostly.
    public var instance: String
    /// nil where the experiment came to none.
    public var verdict: Verdict?
    /// As the ChaosResult has it, such as `Completed_With_Probe_Failure`; empty where there is no ChaosResult.
    public var phase: String
    /// `Awaited`, or 0 to 100; empty where there is no ChaosResult.
    public var probeSuccessPercentage: String
    /// What went wrong where the verdict is Error or missing.
    public var error: ExperimentFailure?
    public var seed: UInt64?
    /// What the engine set, in its order; the seed is left out.
    public var tunables: [Setting]
    public var probes: [ProbeReport]
    public var effects: [EffectReport]
    /// Targets of the ChaosResult's history, for faults whose effect is not measured.
    public var targets: [TargetReport]
    /// When it prepared, injected and checked; without a time only what is known.
    public var phases: [PhaseReport]
    /// What happened, in order of time.
    public var timeline: [TimelineEntry]

    public var title: String { instance.isEmpty ? name : "\(name) (\(instance))" }

    /// From the first to the last thing that is known of it.
    public var window: TimeWindow? {
        let times =
            phases.flatMap { [$0.window.start, $0.window.end] } + timeline.flatMap { [$0.time, $0.until ?? $0.time] }
        guard let start = times.min(), let end = times.max() else { return nil }
        return TimeWindow(start: start, end: end)
    }

    public var failedProbes: [ProbeReport] { probes.filter { $0.outcome == .failed } }
}

/// A tunable that the engine set.
public struct Setting: Sendable, Hashable, Codable {
    public var name: String
    /// For a value that comes from another object, where it comes from.
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// Why an experiment has no verdict on the application.
public struct ExperimentFailure: Sendable, Hashable, Codable {
    /// A value of `ErrorCode`, or one of another program; empty where there is none.
    public var code: String
    /// For people.
    public var reason: String
    /// `PreChaos`, `ChaosInject`, `PostChaos`; empty where unknown.
    public var phase: String
    /// What it was about, such as `{podName: web-0, namespace: default}`; may be empty.
    public var target: String

    public init(code: String, reason: String, phase: String = "", target: String = "") {
        self.code = code
        self.reason = reason
        self.phase = phase
        self.target = target
    }

    /// `CHAOS_INJECT_ERROR in ChaosInject: … (target …)`.
    public var summary: String {
        let place = phase.isEmpty ? "" : " in \(phase)"
        let heading = code.isEmpty ? "" : "\(code)\(place): "
        return heading + (reason.isEmpty ? "no reason given" : reason) + (target.isEmpty ? "" : " (target \(target))")
    }
}

/// What a probe came to.
public struct ProbeReport: Sendable, Hashable, Codable {
    public enum Outcome: String, Sendable, Hashable, Codable {
        case passed = "Passed"
        case failed = "Failed"
        case awaited = "Awaited"
        case notApplicable = "N/A"
    }

    public var name: String
    /// Such as `httpProbe`.
    public var type: String
    /// `SOT`, `EOT`, `Edge`, `Continuous` or `OnChaos`.
    public var mode: String
    /// The text of the ChaosResult: an `Outcome` mostly.
    public var verdict: String
    public var description: String
    /// The part of the experiment that its mode evaluates it in: single evaluations have no recorded time. nil where it
    /// was not evaluated or nothing is known.
    public var window: TimeWindow?

    public var outcome: Outcome? { Outcome(rawValue: verdict) }
    /// `answers (httpProbe, EOT)`.
    public var title: String {
        let kind = [type, mode].filter { !$0.isEmpty }.joined(separator: ", ")
        return kind.isEmpty ? name : "\(name) (\(kind))"
    }
    /// `answers (EOT)`.
    public var shortTitle: String { mode.isEmpty ? name : "\(name) (\(mode))" }
}

/// What was done to one target, asked and measured.
public struct EffectReport: Sendable, Hashable, Codable {
    public var target: TargetReport
    public var action: String
    public var mechanism: String
    /// nil for a text that is none.
    public var effect: ResultInjection.Effect?
    /// Both in `unit`.
    public var asked: Double?
    public var measured: Double?
    public var unit: String
    public var sample: String
    public var injectedAt: Timestamp?
    public var revertedAt: Timestamp?
    public var remark: String
}

/// Something that was hit.
public struct TargetReport: Sendable, Hashable, Codable {
    public var kind: String
    public var namespace: String
    public var name: String
    public var container: String
    public var node: String
    /// `targeted`, `injected` or `reverted` where the ChaosResult's history says so.
    public var status: String

    public init(
        kind: String, namespace: String = "", name: String, container: String = "", node: String = "",
        status: String = ""
    ) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.container = container
        self.node = node
        self.status = status
    }

    /// `pod shop/web-0, container web`.
    public var title: String {
        let place = namespace.isEmpty ? name : "\(namespace)/\(name)"
        let heading = kind.isEmpty ? place : "\(kind) \(place)"
        return container.isEmpty ? heading : "\(heading), container \(container)"
    }

    /// `web-0 (web)`.
    public var shortTitle: String { container.isEmpty ? name : "\(name) (\(container))" }
}
