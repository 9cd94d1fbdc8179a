import ChaosAPI
import KubernetesAPI
import Probes

/// How an experiment came to its end.
enum ExperimentEnd: Sendable {
    case passed
    case failed(ExperimentError)
    /// A probe with `stopOnFailure` ended it.
    case stoppedByProbe(ProbeFailure)
    /// The user, or whoever stops the pod, ended it.
    case aborted
}

/// What the end of an experiment makes of its ChaosResult: phase, verdict, percentage, probes. Pure.
struct ResultEnding: Sendable {
    var phase: ResultPhase
    var verdict: Verdict
    var errorOutput: ErrorOutput?
    var probeSuccessPercentage: String
    var probes: [ProbeOutcome]

    static let notEvaluated = "Either probe is not executed or not evaluated"

    init(_ end: ExperimentEnd, probes outcomes: [ProbeOutcome], percentage: Int) {
        switch end {
        case .passed: (phase, verdict) = (.completed, .pass)
        case .aborted: (phase, verdict) = (.stopped, .stopped)
        case .stoppedByProbe: (phase, verdict) = (.stopped, .stopped)
        case .failed(let error) where error.isProbeFailure: (phase, verdict) = (.completed, .fail)
        case .failed(let error):
            (phase, verdict) = (.error, .error)
            errorOutput = error.output
        }
        if outcomes.contains(where: { $0.verdict == .failed }) {
            if outcomes.contains(where: \.stoppedExperiment) {
                (phase, verdict) = (.stopped, .stopped)
            } else if case .aborted = end {
                // Who aborts wants to read that it was aborted; the failed probe stands beside it.
            } else {
                (phase, verdict) = (.completedWithProbeFailure, .fail)
            }
        }
        probes = outcomes
        switch verdict {
        case .pass: probeSuccessPercentage = "100"
        case .error, .awaited: probeSuccessPercentage = "0"
        case .fail, .stopped: probeSuccessPercentage = outcomes.isEmpty ? "0" : String(percentage)
        }
        guard verdict != .pass else { return }
        for index in probes.indices where probes[index].verdict == .awaited {
            probes[index].verdict = .notApplicable
            probes[index].description = Self.notEvaluated
        }
    }

    /// Writes the ending into a result that is still open, and counts the run.
    func apply(to result: inout ChaosResult) {
        result.phase = phase
        result.verdict = verdict
        if let errorOutput { result.errorOutput = errorOutput }
        result.probeSuccessPercentage = probeSuccessPercentage
        result.probeStatuses = probes.map(\.status)
        switch verdict {
        case .pass: result.history.passedRuns += 1
        case .fail: result.history.failedRuns += 1
        case .stopped: result.history.stoppedRuns += 1
        case .error, .awaited: break
        }
        result.foldTargetAnnotations()
    }
}

extension ProbeOutcome {
    /// The row of `status.probeStatuses`.
    var status: JSON {
        [
            "name": .string(name), "type": .string(type), "mode": .string(mode),
            "status": ["verdict": .string(verdict.rawValue), "description": .string(description)],
        ]
    }
}
