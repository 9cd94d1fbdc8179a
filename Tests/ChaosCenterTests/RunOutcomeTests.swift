import KubernetesAPI
import Testing

@testable import ChaosCenter

/// Scores and counts of runs that have ended.
struct RunOutcomeTests {
    private static func outcome(_ weights: [(String, Int)], _ faults: SampleFault...) -> RunOutcome {
        RunOutcome(
            of: RunReport(SampleEvent(finished: ["install"], faults: faults).json),
            weights.map { FaultWeightage(faultName: $0.0, weightage: $0.1) })
    }

    @Test func `the score is the mean of the probes, by weight, cut to two decimals`() {
        let outcome = Self.outcome(
            [("a", 10), ("b", 5)], SampleFault(id: "1", name: "a", engine: "axxxxx"),
            SampleFault(id: "2", name: "b", engine: "bxxxxx", verdict: "Fail", success: "67"))
        #expect(outcome.score == 89.0)
        #expect(Self.outcome([("a", 1), ("b", 2)], SampleFault(name: "a", engine: "axxxxx")).score == 33.33)
        #expect(Self.outcome([("a", 3)], SampleFault(name: "a", engine: "axxxxx", success: "66.9")).score == 66)
    }

    @Test func `verdicts are counted`() {
        let verdicts = ["Pass", "Fail", "Fail", "Awaited", "Stopped", "N/A", ""]
        let faults = verdicts.enumerated().map { index, verdict in
            SampleFault(id: "\(index)", name: "fault-\(index)", engine: "e\(index)", verdict: verdict)
        }
        let outcome = RunOutcome(
            of: RunReport(SampleEvent(faults: faults).json), [FaultWeightage(faultName: "fault-0", weightage: 1)])
        #expect(outcome.passed == 1)
        #expect(outcome.failed == 2)
        #expect(outcome.awaited == 1)
        #expect(outcome.stopped == 1)
        #expect(outcome.notAvailable == 2)
        #expect(outcome.total == 1)
    }

    @Test func `a fault that was tried again counts by its last attempt, so that no score is above 100`() {
        let outcome = Self.outcome(
            [("pod-delete", 10)],
            SampleFault(
                id: "9", name: "pod-delete(0)", engine: "pod-deleteaaaaa", verdict: "Fail", success: "20", started: 100),
            SampleFault(id: "1", name: "pod-delete(1)", engine: "pod-deletebbbbb", success: "90", started: 200))
        #expect(outcome.score == 90)
        #expect(outcome.passed == 1)
        #expect(outcome.failed == 0)
        let more = Self.outcome([("a", 1)], SampleFault(name: "a", engine: "axxxxx", success: "250"))
        #expect(more.score == 100)
    }

    @Test func `faults are told apart whose names begin alike`() {
        let outcome = Self.outcome(
            [("pod-delete", 1), ("pod-delete-2", 9)],
            SampleFault(id: "1", name: "step-1", engine: "pod-deletex7k2p", success: "0"),
            SampleFault(id: "2", name: "step-2", engine: "pod-delete-2x7k2p", success: "100"))
        #expect(outcome.score == 90)
        // A whole name, as of an engine without generateName.
        #expect(
            Self.outcome([("pod-delete-2", 1)], SampleFault(name: "step", engine: "pod-delete-2")).score == 100)
        // `pod-delete` is in this name, and it is another fault.
        #expect(
            Self.outcome([("pod-delete", 1)], SampleFault(name: "step", engine: "my-pod-deletex7k2p")).score == 0)
        // The step has the fault's name even when the engine has another.
        #expect(Self.outcome([("pod-delete", 1)], SampleFault(name: "pod-delete", engine: "nginx")).score == 100)
    }

    @Test func `odd input gives a score, and no crash`() {
        let fault = SampleFault(name: "a", engine: "é", success: "NaN")
        #expect(Self.outcome([("a", Int.max), ("b", Int.min)], fault).score == 0)
        #expect(Self.outcome([], fault).score == 0)
        #expect(Self.outcome([("a", 0)], fault).score == 0)
        #expect(Self.outcome([("a", Int.max)], SampleFault(name: "a", success: "1e300")).score == 100)
        #expect(RunOutcome(of: RunReport(stored: "rubbish"), []).total == 0)
        #expect(RunOutcome(of: RunReport(["nodes": ["x": 1]]), []).total == 0)
    }

    @Test func `a fault of which nothing is known lowers the score`() {
        let outcome = Self.outcome([("a", 1), ("b", 1)], SampleFault(name: "a", engine: "axxxxx"))
        #expect(outcome.score == 50)
        #expect(outcome.total == 2)
        #expect(outcome.passed == 1)
    }
}
