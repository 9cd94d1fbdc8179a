import ChaosAPI
import KubernetesAPI
import Probes
import Testing

@testable import ChaosRunner

@Suite struct ResultEndingTests {
    private static func probe(_ verdict: ProbeOutcome.Verdict, stopped: Bool = false) -> ProbeOutcome {
        ProbeOutcome(name: "p", type: "cmdProbe", mode: "EOT", verdict: verdict, stoppedExperiment: stopped)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var title: String
        var end: ExperimentEnd
        var probes: [ProbeOutcome] = []
        var percentage = 0
        var phase: ResultPhase
        var verdict: Verdict
        var shown: String
        var errorCode: String?
        var testDescription: String { title }
    }

    private static let failure = ProbeFailure(code: "CMD_PROBE_FAILURE", reason: "no", probe: "p")

    static let cases: [Case] = [
        Case(title: "all good", end: .passed, phase: .completed, verdict: .pass, shown: "100"),
        Case(
            title: "all good with probes", end: .passed, probes: [probe(.passed)], percentage: 100, phase: .completed,
            verdict: .pass, shown: "100"),
        Case(
            title: "a probe failed", end: .passed, probes: [probe(.passed), probe(.failed)], percentage: 50,
            phase: .completedWithProbeFailure, verdict: .fail, shown: "50"),
        Case(
            title: "a probe stopped it", end: .stoppedByProbe(failure), probes: [probe(.failed, stopped: true)],
            phase: .stopped, verdict: .stopped, shown: "0"),
        Case(
            title: "a probe that could not be evaluated",
            end: .failed(ExperimentError(ProbeFailure(code: "CMD_PROBE_ERROR", reason: "x", probe: "p"))),
            probes: [probe(.notApplicable)], phase: .error, verdict: .error, shown: "0", errorCode: "CMD_PROBE_ERROR"),
        Case(
            title: "no targets", end: .failed(ExperimentError(.targetSelection, "no target pods found")),
            phase: .error, verdict: .error, shown: "0", errorCode: "TARGET_SELECTION_ERROR"),
        Case(
            title: "an error beside a failed probe", end: .failed(ExperimentError(.chaosInject, "x")),
            probes: [probe(.failed)], phase: .completedWithProbeFailure, verdict: .fail, shown: "0",
            errorCode: "CHAOS_INJECT_ERROR"),
        Case(title: "abort", end: .aborted, phase: .stopped, verdict: .stopped, shown: "0"),
        Case(
            title: "abort beside a failed probe", end: .aborted, probes: [probe(.failed)], phase: .stopped,
            verdict: .stopped, shown: "0"),
    ]

    @Test("phase, verdict, percentage and error follow from how it ended", arguments: cases)
    func table(_ expected: Case) {
        let ending = ResultEnding(expected.end, probes: expected.probes, percentage: expected.percentage)
        #expect(ending.phase == expected.phase)
        #expect(ending.verdict == expected.verdict)
        #expect(ending.probeSuccessPercentage == expected.shown)
        #expect(ending.errorOutput?.code == expected.errorCode)
    }

    @Test("probes that were never evaluated are N/A, with the reason")
    func awaited() {
        let ending = ResultEnding(.aborted, probes: [Self.probe(.awaited)], percentage: 0)
        #expect(ending.probes.first?.verdict == .notApplicable)
        #expect(ending.probes.first?.description == "Either probe is not executed or not evaluated")
    }

    @Test("an error is told as JSON with its keys in order, empty ones left out")
    func errorText() {
        let error = ExperimentError(.targetSelection, "no \"pods\"", target: "{namespace: x}", phase: .chaosInject)
        #expect(
            error.description
                == #"{"errorCode":"TARGET_SELECTION_ERROR","phase":"ChaosInject","reason":"no \"pods\"","target":"{namespace: x}"}"#
        )
    }
}
