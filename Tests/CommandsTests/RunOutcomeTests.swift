import ChaosAPI
import KubernetesAPI
import Testing

@testable import Commands

@Suite struct RunOutcomeTests {
    private func outcome(_ verdicts: Verdict...) -> RunOutcome {
        RunOutcome(
            engines: verdicts.map { verdict in
                var engine = ChaosEngine(name: "chaos", namespace: "default")
                engine.engineStatus = .completed
                var result = ChaosResult(name: "chaos-pod-delete", namespace: "default")
                result.json["spec"] = ["engine": "chaos", "experiment": "pod-delete"]
                result.verdict = verdict
                result.probeSuccessPercentage = "50"
                result.seed = 7
                result.probeStatuses = [
                    [
                        "name": "answers", "type": "httpProbe", "mode": "EOT",
                        "status": ["verdict": "Failed", "description": "Actual value: 503"],
                    ]
                ]
                return EngineOutcome(engine: engine, results: [result])
            }, duration: .milliseconds(12_400))
    }

    @Test("the exit code tells verdicts apart")
    func exitCodes() {
        #expect(outcome(.pass, .pass).exitCode == 0)
        #expect(outcome(.pass, .fail).exitCode == 1)
        #expect(outcome(.stopped).exitCode == 1)
        #expect(outcome(.error).exitCode == 2)
        #expect(outcome(.error, .fail).exitCode == 1)
    }

    @Test("an engine that never made a result is an error")
    func noResult() {
        let engine = EngineOutcome(engine: ChaosEngine(name: "chaos"), results: [])
        #expect(RunOutcome(engines: [engine], duration: .zero).exitCode == 2)
    }

    @Test("the report names verdict, probe, what it saw, and the seed")
    func text() {
        let text = outcome(.fail).text
        #expect(text.contains("ChaosEngine default/chaos: completed"))
        #expect(text.contains("pod-delete: Fail, probe success 50%"))
        #expect(text.contains("answers httpProbe EOT: Failed"))
        #expect(text.contains("Actual value: 503"))
        #expect(text.contains("--seed 7"))
        #expect(text.contains("Verdict: Fail (12s)"))
    }

    @Test("the JSON report has the same for programs")
    func json() {
        let json = outcome(.pass).json
        #expect(json["verdict"] == "Pass")
        #expect(json["exitCode"] == 0)
        #expect(json["durationSeconds"] == 12.4)
        #expect(json["engines"].array?.first?["results"].array?.first?["status", "seed"] == "7")
    }
}
