import ChaosAPI
import Faults
import Injection
import Testing

@Suite struct OrderTests {
    private static func target(_ text: String) -> Target {
        let parts = text.split(separator: "/").map(String.init)
        return Target(
            namespace: "web", name: parts[1], uid: "uid-\(parts[1])", node: parts[0], container: parts[2],
            containerID: "id-\(parts[1])-\(parts[2])")
    }

    private func orders(
        _ targets: [String], _ environment: [String: String] = [:], _ fault: some Fault = PodCPUHog()
    ) throws -> [InjectionOrder] {
        let plan = try MachinePlans.plan(fault, environment)
        let round = try #require(plan.rounds.first)
        return try plan.orders(
            round: round, targets: targets.map(Self.target), seed: 7, recovery: .seconds(90)
        ) { "helper-\($0)" }
    }

    private func shape(_ orders: [InjectionOrder]) -> [String] {
        orders.map { order in
            order.id + (order.isSerial ? " serial: " : ": ")
                + order.targets.map { "\($0.node)/\($0.pod)/\($0.container)" }.joined(separator: " ")
        }
    }

    @Test("a parallel round is one order for each node, with all its targets")
    func parallel() throws {
        let orders = try orders(["n1/a/main", "n2/b/main", "n1/c/main", "n1/c/side"])
        #expect(shape(orders) == ["helper-0: n1/a/main n1/c/main n1/c/side", "helper-1: n2/b/main"])
    }

    @Test(
        "a serial round keeps the order of the pods, and hits containers of one pod together",
        arguments: [
            (["n1/a/main", "n1/b/main"], ["helper-0 serial: n1/a/main n1/b/main"]),
            (
                ["n1/a/main", "n2/b/main", "n1/c/main"],
                ["helper-0: n1/a/main", "helper-1: n2/b/main", "helper-2: n1/c/main"]
            ),
            (
                ["n1/a/main", "n1/a/side", "n1/b/main", "n1/b/side"],
                ["helper-0: n1/a/main n1/a/side", "helper-1: n1/b/main n1/b/side"]
            ),
            (
                ["n1/a/main", "n1/b/main", "n1/b/side", "n1/c/main"],
                ["helper-0: n1/a/main", "helper-1: n1/b/main n1/b/side", "helper-2: n1/c/main"]
            ),
        ])
    func serial(targets: [String], expected: [String]) throws {
        #expect(shape(try orders(targets, ["SEQUENCE": "serial"])) == expected)
    }

    @Test("an order has everything that the node needs")
    func contents() throws {
        let made = try orders(
            ["n1/a/main"],
            [
                "TOTAL_CHAOS_DURATION": "25", "CHAOS_INTERVAL": "2-4", "RANDOMNESS": "true", "SIGNAL": "SIGTERM",
                "CONTAINER_API_TIMEOUT": "3", "INTER_POD_KILL_INTERVAL_SECONDS": "1", "RAMP_TIME": "9",
            ], ContainerKillFault())
        let expected = InjectionOrder(
            id: "helper-0", fault: "container-kill",
            steps: [.killContainer(ContainerKill(signal: .terminate, killAfterMilliseconds: 3000))],
            targets: [
                TargetReference(
                    node: "n1", namespace: "web", pod: "a", podUID: "uid-a", container: "main", containerID: "id-a-main"
                )
            ], repetition: .every(lowMilliseconds: 2000, highMilliseconds: 4000), durationMilliseconds: 25_000,
            pauseMilliseconds: 1000, seed: 7, recoveryMilliseconds: 90_000)
        #expect(made == [expected])
        #expect(try orders(["n1/a/main"]).first?.repetition == .once)
    }

    @Test("a round on the cluster gives no order, and needs no helper")
    func clusterSteps() throws {
        #expect(try orders(["n1/a/main"], [:], PodDelete()).isEmpty)
        #expect(try !MachinePlans.plan(PodDelete()).requiresHelper)
    }

    @Test("a target without node or started container is named")
    func notReady() throws {
        let plan = try MachinePlans.plan(PodCPUHog())
        let round = try #require(plan.rounds.first)
        for change in [{ (target: inout Target) in target.node = "" }, { target in target.containerID = "" }] {
            var target = Self.target("n1/a/main")
            change(&target)
            let error = #expect(throws: FaultError.self) {
                try plan.orders(round: round, targets: [target], seed: 1, recovery: .zero) { "\($0)" }
            }
            #expect(error?.target == "{podName: a, namespace: web}")
            #expect(error?.reason.contains("yet") == true)
            #expect(target.node.isEmpty || error?.reason.contains("'main'") == true)
        }
    }
}
