import Faults
import Foundation
import Injection
import Testing

@Suite struct ExampleFaultTests {
    @Test("the fault that the documentation shows is a fault")
    func plan() throws {
        let expected = MachinePlans.plan(
            "pod-network-blackout", lasting: 60,
            .loseTraffic(
                TrafficLoss(
                    percentage: 100, direction: .both, interface: "net1",
                    filter: TrafficFilter(excludedDestinationPorts: [53]))))
        #expect(try MachinePlans.plan(PodNetworkBlackout(), ["NETWORK_INTERFACE": "net1"]) == expected)
    }

    @Test("the documentation shows this fault, not an older one")
    func documentation() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let code = try String(contentsOf: folder.appending(path: "ExampleFault.swift"), encoding: .utf8)
        let page = try String(contentsOf: folder.appending(path: "../../../docs/faults.md"), encoding: .utf8)
        #expect(page.contains(code))
    }
}
