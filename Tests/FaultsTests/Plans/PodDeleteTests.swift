import ChaosAPI
import FaultCatalog
import Faults
import Foundation
import Testing

@Suite struct PodDeleteTests {
    private func plan(_ environment: [String: String]) throws -> InjectionPlan {
        try PodDelete().plan(
            environment: ["TARGETS": "deployment:web:[app=web]"].merging(environment) { $1 }, namespace: "litmus",
            seed: 1)
    }

    private let selection = TargetSelection(
        apps: [AppTarget(kind: "deployment", namespace: "web", filter: .labels("app=web"))], podNamespace: "web")

    @Test("without tunables it is one pod every 10 s for 30 s with its own grace period")
    func defaults() throws {
        let expected = InjectionPlan(
            fault: "pod-delete", lasting: .seconds(30),
            rounds: [
                Round(
                    repetition: .every(Interval(.seconds(10)...(.seconds(10)))), selection: selection,
                    choosesAnew: true, sequence: .parallel, steps: [.cluster(.deletePod(gracePeriodSeconds: nil))],
                    proof: .replaced)
            ])
        #expect(try plan([:]) == expected)
    }

    @Test("every tunable finds its place in the plan")
    func tunables() throws {
        let plan = try plan([
            "TOTAL_CHAOS_DURATION": "60", "RAMP_TIME": "3", "FORCE": "true", "CHAOS_INTERVAL": "5-15",
            "RANDOMNESS": "true", "PODS_AFFECTED_PERC": "45", "NODE_LABEL": "zone=a", "SEQUENCE": "Serial",
            "POD_TERMINATION_ORDER": "reverse", "INTER_POD_KILL_INTERVAL_SECONDS": "2",
        ])
        var wanted = selection
        wanted.percentage = 45
        wanted.nodeLabel = "zone=a"
        wanted.order = .reverse
        let expected = InjectionPlan(
            fault: "pod-delete", lasting: .seconds(60), ramp: .seconds(3),
            rounds: [
                Round(
                    repetition: .every(Interval(.seconds(5)...(.seconds(15)))), selection: wanted,
                    choosesAnew: true, sequence: .serial, steps: [.cluster(.deletePod(gracePeriodSeconds: 0))],
                    pause: .seconds(2), proof: .replaced)
            ])
        #expect(plan == expected)
    }

    @Test("named pods are where the application is, and keep their order")
    func namedPods() throws {
        let selection = try #require(
            try plan(["TARGET_PODS": "b, a", "POD_TERMINATION_ORDER": "alphabetical"]).rounds.first?.selection)
        #expect(selection.podNames == ["b", "a"])
        #expect(selection.podNamespace == "web")
        #expect(selection.order == .random)
    }

    @Test(
        "a plan cannot be made of wrong tunables, and the error names them",
        arguments: [
            ("TOTAL_CHAOS_DURATION", "60x"), ("FORCE", "yes!"), ("PODS_AFFECTED_PERC", "many"), ("SEQUENCE", "zigzag"),
            ("CHAOS_INTERVAL", "5-15"), ("POD_TERMINATION_ORDER", "upwards"), ("RAMP_TIME", "-1"),
            ("INTER_POD_KILL_INTERVAL_SECONDS", "soon"), ("RANDOMNESS", "2"),
        ])
    func wrongTunables(name: String, value: String) {
        let error = #expect(throws: FaultError.self) { try plan([name: value]) }
        #expect(error?.reason.contains(name) == true && error?.reason.contains(value) == true)
    }

    @Test("without application and pods there is nothing to hit")
    func noTargets() {
        let error = #expect(throws: FaultError.self) { try PodDelete().plan(environment: [:], namespace: "x", seed: 1) }
        #expect(error?.code == .targetSelection)
        #expect(error?.reason == "provide one of the appLabel or TARGET_PODS")
    }

    @Test("a plan survives being written and read")
    func codable() throws {
        let plan = try plan(["PODS_AFFECTED_PERC": "50", "FORCE": "true"])
        let data = try JSONEncoder().encode(plan)
        #expect(try JSONDecoder().decode(InjectionPlan.self, from: data) == plan)
    }

    @Test("a deletion is marked as what cannot be undone")
    func irreversible() throws {
        #expect(try !plan([:]).isReversible)
    }

    @Test("every fault of the catalogue is implemented, and the other way round")
    func catalogue() {
        #expect(Set(Faults.all.map { $0.name }) == Set(FaultCatalog.faults.map(\.name)))
    }
}
