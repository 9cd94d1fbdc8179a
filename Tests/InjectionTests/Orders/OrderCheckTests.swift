import Testing

@testable import Injection

@Suite struct OrderCheckTests {
    private static let target = TargetReference(
        node: "n", namespace: "default", pod: "web-0", podUID: "u", container: "web", containerID: "c")

    private static func order(_ steps: [MachineStep]) -> InjectionOrder {
        InjectionOrder(id: "o", fault: "f", steps: steps, targets: [target], durationMilliseconds: 1000)
    }

    @Test("orders that can be followed pass")
    func good() throws {
        try OrderCheck.check(
            Self.order([.loseTraffic(TrafficLoss(percentage: 0.01)), .stressCPU(CPUStress(workers: 0))]))
        var repeated = Self.order([.killContainer(ContainerKill(signal: .terminate, killAfterMilliseconds: 10))])
        repeated.repetition = .every(lowMilliseconds: 0, highMilliseconds: 0)
        try OrderCheck.check(repeated)
    }

    @Test(
        "steps with impossible values are refused, with the value",
        arguments: [
            (MachineStep.loseTraffic(TrafficLoss(percentage: 100.5)), "100.5"),
            (.loseTraffic(TrafficLoss(percentage: .nan)), "nan"),
            (.loseTraffic(TrafficLoss(percentage: 1, interface: "eth0\"; drop")), "eth0\"; drop"),
            (.loseTraffic(TrafficLoss(percentage: 1, interface: "sixteen-letters0")), "sixteen-letters0"),
            (.stressCPU(CPUStress(workers: -1)), "-1"), (.stressCPU(CPUStress(workers: 1, load: 101)), "101"),
        ])
    func values(step: MachineStep, value: String) {
        let error = #expect(throws: InjectionError.self) { try OrderCheck.check(Self.order([step])) }
        #expect(error?.code == .helper)
        #expect(error?.reason.contains(value) == true)
    }

    @Test(
        "times and numbers that no machine can reckon with are refused",
        arguments: [Int.max, OrderCheck.maximumMilliseconds + 1])
    func bounds(value: Int) {
        let kill = Self.order([.killContainer(ContainerKill())])
        var orders = Array(repeating: kill, count: 4)
        orders[0].durationMilliseconds = value
        orders[1].pauseMilliseconds = value
        orders[2].recoveryMilliseconds = value
        orders[3].repetition = .every(lowMilliseconds: 0, highMilliseconds: value)
        orders.append(Self.order([.killContainer(ContainerKill(killAfterMilliseconds: value))]))
        orders.append(Self.order([.stressCPU(CPUStress(workers: value))]))
        for order in orders {
            let error = #expect(throws: InjectionError.self) { try OrderCheck.check(order) }
            #expect(error?.code == .helper && error?.reason.contains("\(value)") == true)
        }
    }

    @Test("orders that mean nothing are refused")
    func shapes() {
        let loss = MachineStep.loseTraffic(TrafficLoss(percentage: 1))
        var targetless = Self.order([loss])
        targetless.targets = []
        var repeated = Self.order([loss])
        repeated.repetition = .every(lowMilliseconds: 1, highMilliseconds: 2)
        var reversed = Self.order([.killContainer(ContainerKill())])
        reversed.repetition = .every(lowMilliseconds: 2, highMilliseconds: 1)
        let mixed = Self.order([loss, .killContainer(ContainerKill())])
        for order in [targetless, Self.order([]), repeated, reversed, mixed] {
            #expect(throws: InjectionError.self) { try OrderCheck.check(order) }
        }
    }
}
