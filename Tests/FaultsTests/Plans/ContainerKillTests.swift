import FaultCatalog
import Faults
import Injection
import Testing

@Suite struct ContainerKillTests {
    private let fault = ContainerKillFault()

    @Test("the manifest's values kill one pod's first container every 10 s for 20 s")
    func manifest() throws {
        let tunables = try #require(FaultCatalog.fault(named: "container-kill")).tunables
        let expected = MachinePlans.plan(
            "container-kill", lasting: 20, repetition: MachinePlans.every(10, 10),
            .killContainer(ContainerKill(signal: .kill)))
        let set = MachinePlans.manifest(tunables.map { ($0.name, $0.manifestValue) })
        #expect(try MachinePlans.plan(fault, set) == expected)
        #expect(try MachinePlans.plan(fault) == expected)
        #expect(try MachinePlans.plan(fault, set.mapValues { _ in "" }) == expected)
    }

    @Test("every tunable finds its place in the plan")
    func tunables() throws {
        var selection = MachinePlans.selection
        selection.percentage = 40
        selection.nodeLabel = "zone=a"
        selection.containers = .named(["side"])
        selection.order = .reverse
        let plan = try MachinePlans.plan(
            fault,
            [
                "TOTAL_CHAOS_DURATION": "2m", "RAMP_TIME": "3", "CHAOS_INTERVAL": "5-15", "RANDOMNESS": "true",
                "SIGNAL": "SIGTERM", "CONTAINER_API_TIMEOUT": "4", "SEQUENCE": "serial", "PODS_AFFECTED_PERC": "40",
                "NODE_LABEL": "zone=a", "TARGET_CONTAINER": "side", "POD_TERMINATION_ORDER": "reverse",
                "INTER_POD_KILL_INTERVAL_SECONDS": "2", "SOCKET_PATH": "/anything", "CONTAINER_RUNTIME": "crio",
            ])
        #expect(
            plan
                == MachinePlans.plan(
                    "container-kill", lasting: 120, ramp: 3, selection: selection,
                    repetition: MachinePlans.every(5, 15), sequence: .serial, pause: 2,
                    .killContainer(ContainerKill(signal: .terminate, killAfterMilliseconds: 4000))))
        #expect(plan.requiresHelper && !plan.isReversible)
    }

    @Test(
        "SIGTERM is followed by SIGKILL after its grace, which is the status check's timeout unless given",
        arguments: [
            ([:], 180_000), (["CONTAINER_API_TIMEOUT": "-1"], 180_000), (["STATUS_CHECK_TIMEOUT": "20"], 20_000),
            (["STATUS_CHECK_TIMEOUT": "20", "CONTAINER_API_TIMEOUT": "0"], 0),
            (["CONTAINER_API_TIMEOUT": "500ms"], 500),
        ])
    func grace(environment: [String: String], milliseconds: Int) throws {
        let plan = try MachinePlans.plan(fault, environment.merging(["SIGNAL": "sigterm"]) { $1 })
        #expect(
            plan.rounds.first?.machineSteps
                == [.killContainer(ContainerKill(signal: .terminate, killAfterMilliseconds: milliseconds))])
    }

    @Test("pods by name keep their order")
    func named() throws {
        let plan = try MachinePlans.plan(fault, ["TARGET_PODS": "b,a", "POD_TERMINATION_ORDER": "alphabetical"])
        #expect(plan.rounds.first?.selection.order == .random)
    }
}
