import FaultCatalog
import Faults
import Injection
import Testing

@Suite struct PodCPUHogTests {
    private let fault = PodCPUHog()

    private func stress(_ environment: [String: String], seed: UInt64 = 1) throws -> CPUStress? {
        guard
            case .stressCPU(let stress) = try MachinePlans.plan(fault, environment, seed: seed).rounds.first?
                .machineSteps.first
        else { return nil }
        return stress
    }

    @Test("the manifest's values keep one processor busy for 60 s, unset ones all of them")
    func manifest() throws {
        let tunables = try #require(FaultCatalog.fault(named: "pod-cpu-hog")).tunables
        let set = MachinePlans.manifest(tunables.map { ($0.name, $0.manifestValue) })
        #expect(
            try MachinePlans.plan(fault, set)
                == MachinePlans.plan("pod-cpu-hog", lasting: 60, .stressCPU(CPUStress(workers: 1, load: 100))))
        #expect(
            try MachinePlans.plan(fault)
                == MachinePlans.plan("pod-cpu-hog", lasting: 60, .stressCPU(CPUStress(workers: 0, load: 100))))
    }

    @Test("every tunable finds its place in the plan")
    func tunables() throws {
        var selection = MachinePlans.selection
        selection.percentage = 100
        selection.nodeLabel = "zone=a"
        selection.containers = .named(["main", "side"])
        let plan = try MachinePlans.plan(
            fault,
            [
                "TOTAL_CHAOS_DURATION": "90s", "RAMP_TIME": "5", "CPU_CORES": "3", "CPU_LOAD": "35",
                "SEQUENCE": "Serial", "PODS_AFFECTED_PERC": "100", "NODE_LABEL": "zone=a",
                "TARGET_CONTAINER": "main, side", "STRESS_IMAGE": "x", "CONTAINER_RUNTIME": "docker",
            ])
        #expect(
            plan
                == MachinePlans.plan(
                    "pod-cpu-hog", lasting: 90, ramp: 5, selection: selection, sequence: .serial,
                    .stressCPU(CPUStress(workers: 3, load: 35))))
        #expect(plan.requiresHelper && plan.isReversible)
    }

    @Test("all in any case means every container", arguments: ["all", "ALL", "All", "main,all"])
    func all(text: String) throws {
        let plan = try MachinePlans.plan(fault, ["TARGET_CONTAINER": text])
        #expect(plan.rounds.first?.selection.containers == .all)
    }

    @Test("ranges are resolved by the seed, each for itself")
    func ranges() throws {
        let set = ["CPU_CORES": "1-8", "CPU_LOAD": "20-90", "PODS_AFFECTED_PERC": "10-90"]
        let loads = try (0..<50 as Range<UInt64>).map { seed in
            #expect(try MachinePlans.plan(fault, set, seed: seed) == MachinePlans.plan(fault, set, seed: seed))
            return try #require(try stress(set, seed: seed))
        }
        #expect(loads.allSatisfy { (1...8).contains($0.workers) && (20...90).contains($0.load) })
        #expect(Set(loads.map(\.workers)).count > 4 && Set(loads.map(\.load)).count > 20)
        let shares = try (0..<50 as Range<UInt64>).map {
            try MachinePlans.plan(fault, set, seed: $0).rounds[0].selection.percentage
        }
        #expect(shares.allSatisfy { (10...90).contains($0) } && Set(shares).count > 20)
    }
}
