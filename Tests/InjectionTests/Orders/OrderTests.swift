import Foundation
import Injection
import Testing

struct OrderTests {
    @Test("an order survives its way to the helper")
    func roundTrip() throws {
        let order = InjectionOrder(
            id: "web-helper-abc", fault: "pod-network-loss",
            steps: [.loseTraffic(TrafficLoss(percentage: 30, filter: TrafficFilter(destinationPorts: [443])))],
            targets: [
                TargetReference(
                    node: "n", namespace: "default", pod: "web-0", podUID: "u", container: "web", containerID: "c")
            ], repetition: .every(lowMilliseconds: 1, highMilliseconds: 2), durationMilliseconds: 1000)
        let data = try JSONEncoder().encode(order)
        #expect(try JSONDecoder().decode(InjectionOrder.self, from: data) == order)
    }
}
