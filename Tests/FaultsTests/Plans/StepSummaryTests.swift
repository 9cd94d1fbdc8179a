import Faults
import Injection
import Testing

@Suite struct StepSummaryTests {
    @Test(
        "a step is said with every figure that matters",
        arguments: [
            (
                Step.machine(
                    .loseTraffic(
                        TrafficLoss(
                            percentage: 30, filter: TrafficFilter(peers: [.init(address: "10.0.0.0/8", ports: [5432])]))
                    )),
                ["lose 30 %", "egress", "eth0", "10.0.0.0/8", "5432"]
            ),
            (
                .machine(
                    .loseTraffic(
                        TrafficLoss(
                            percentage: 12.5, direction: .both, interface: "net1",
                            filter: TrafficFilter(excludedDestinationPorts: [53, 443], protocols: [.udp])))),
                ["12.5 %", "egress and ingress", "net1", "except", "53, 443", "udp"]
            ),
            (
                .machine(
                    .loseTraffic(
                        TrafficLoss(
                            percentage: 1,
                            filter: TrafficFilter(
                                hosts: [.init(address: "db.shop")], destinationPorts: [80], sourcePorts: [81])))),
                ["db.shop", "80", "own port 81", " or "]
            ), (.machine(.stressCPU(CPUStress(workers: 2, load: 50))), ["2 processors", "50 %"]),
            (.machine(.stressCPU(CPUStress(workers: 0))), ["every processor", "100 %"]),
            (.machine(.killContainer(ContainerKill())), ["SIGKILL"]),
            (
                .machine(.killContainer(ContainerKill(signal: .terminate, killAfterMilliseconds: 5000))),
                ["SIGTERM", "SIGKILL after 5 s"]
            ), (.cluster(.deletePod(gracePeriodSeconds: nil)), ["own grace period"]),
            (.cluster(.deletePod(gracePeriodSeconds: 0)), ["at once"]),
            (.cluster(.deletePod(gracePeriodSeconds: 7)), ["7 s"]),
        ])
    func summary(step: Step, parts: [String]) {
        for part in parts { #expect(step.summary.contains(part), "\(step.summary)") }
    }
}
