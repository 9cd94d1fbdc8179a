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

    @Test("the report tells what was asked of a fault and what was measured")
    func effects() {
        var outcome = outcome(.error)
        var injection = ResultInjection(
            target: InjectionTarget(namespace: "shop", name: "cart-1", container: "web"),
            action: "lose 30 % of egress on eth0", mechanism: "nftables netdev egress hook", effect: .notInjected,
            asked: 30, unit: "%")
        injection.measured = 0.05
        injection.sample = "1 of 2000 packets"
        injection.remark = "the rules were removed"
        outcome.engines[0].results[0].injections = [injection]
        let text = outcome.text
        #expect(text.contains("effect  not injected: lose 30 % of egress on eth0, pod shop/cart-1 container web"))
        #expect(text.contains("asked 30 %, measured 0.05 %, 1 of 2000 packets (nftables netdev egress hook)"))
        #expect(text.contains("the rules were removed"))
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
