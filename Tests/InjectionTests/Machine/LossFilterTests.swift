import Host
import Testing

@testable import Injection

extension MachineTests {
    @Suite struct LossFilterTests {
        struct Case: Sendable, CustomTestStringConvertible {
            var name: String
            var filter: TrafficFilter
            var direction = TrafficDirection.egress
            var lost: [Flow]
            var passing: [Flow]

            var testDescription: String { name }
        }

        /// A packet by where it goes, the port there, and the port it comes from.
        struct Flow: Sendable {
            var address = TestPod.peerAddress
            var port: UInt16 = 9000
            var source: UInt16 = 7000
        }

        static let cases = [
            Case(
                name: "an address", filter: TrafficFilter(peers: [.init(address: TestPod.otherPeerAddress)]),
                lost: [Flow(address: TestPod.otherPeerAddress)], passing: [Flow(), Flow(address: TestPod.peerAddress6)]),
            Case(
                name: "an IPv6 network", filter: TrafficFilter(peers: [.init(address: "fd77::/64")]),
                lost: [Flow(address: TestPod.peerAddress6)], passing: [Flow()]),
            Case(
                name: "a network of everything", filter: TrafficFilter(peers: [.init(address: "0.0.0.0/0")]),
                lost: [Flow(), Flow(port: 1)], passing: [Flow(address: TestPod.peerAddress6)]),
            Case(
                name: "an address with its ports",
                filter: TrafficFilter(peers: [.init(address: TestPod.peerAddress, ports: [9000, 9001])]),
                lost: [Flow(), Flow(port: 9001)],
                passing: [Flow(port: 9002), Flow(address: TestPod.otherPeerAddress)]),
            Case(
                name: "ports of the peer, of the target, and an address, each enough",
                filter: TrafficFilter(
                    peers: [.init(address: TestPod.otherPeerAddress)], destinationPorts: [9001], sourcePorts: [7001]),
                lost: [
                    Flow(port: 9001), Flow(source: 7001), Flow(address: TestPod.otherPeerAddress),
                    Flow(address: TestPod.peerAddress6, port: 9001),
                ], passing: [Flow(), Flow(address: TestPod.peerAddress6)]),
            Case(
                name: "everything but a port of the peer, whatever the address says",
                filter: TrafficFilter(
                    peers: [.init(address: TestPod.otherPeerAddress)], excludedDestinationPorts: [53, 9001]),
                lost: [Flow(), Flow(address: TestPod.peerAddress6)],
                passing: [Flow(port: 9001), Flow(address: TestPod.peerAddress6, port: 53)]),
            Case(
                name: "everything but a port of the target", filter: TrafficFilter(excludedSourcePorts: [7001]),
                lost: [Flow()], passing: [Flow(source: 7001)]),
            Case(name: "a protocol", filter: TrafficFilter(protocols: [.udp]), lost: [Flow()], passing: []),
            Case(
                name: "other protocols", filter: TrafficFilter(protocols: [.tcp, .icmp]), lost: [], passing: [Flow()]),
            Case(
                name: "a port of another protocol",
                filter: TrafficFilter(destinationPorts: [9000], protocols: [.tcp]), lost: [], passing: [Flow()]),
        ]

        @Test("what a filter means is lost, and nothing else", arguments: cases)
        func outgoing(_ example: Case) async throws {
            try await check(example) { pod, flow in
                pod.outgoing(flow.address, port: flow.port, sourcePort: flow.source)
            }
        }

        static let incomingCases = [
            Case(
                name: "the peer's address", filter: TrafficFilter(peers: [.init(address: TestPod.peerAddress)]),
                direction: .ingress, lost: [Flow(address: TestPod.address)],
                passing: [Flow(address: TestPod.address6)]),
            Case(
                name: "the peer's port", filter: TrafficFilter(destinationPorts: [7000]), direction: .ingress,
                lost: [Flow(address: TestPod.address, port: 9000, source: 7000)],
                passing: [Flow(address: TestPod.address, port: 7000, source: 9000)]),
            Case(
                name: "the target's port", filter: TrafficFilter(sourcePorts: [9000]), direction: .ingress,
                lost: [Flow(address: TestPod.address), Flow(address: TestPod.address6)],
                passing: [Flow(address: TestPod.address, port: 9001)]),
            Case(
                name: "everything but the target's port", filter: TrafficFilter(excludedSourcePorts: [9000]),
                direction: .ingress, lost: [Flow(address: TestPod.address, port: 9001)],
                passing: [Flow(address: TestPod.address)]),
        ]

        @Test("for what comes in, the peer is the source", arguments: incomingCases)
        func incoming(_ example: Case) async throws {
            try await check(example) { pod, flow in
                pod.incoming(flow.address, port: flow.port, sourcePort: flow.source)
            }
        }

        private func check(
            _ example: Case, _ path: (TestPod, Flow) -> Datagrams
        ) async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let loss = TrafficLoss(percentage: 100, direction: example.direction, filter: example.filter)
                    let (entry, site) = try await pod.entry(loss, injector: injector)
                    try await injector.apply(entry, at: site)
                    for flow in example.lost {
                        #expect(try await path(pod, flow).send(5) == .init(received: 0, errors: 0), "\(flow)")
                    }
                    for flow in example.passing {
                        #expect(try await path(pod, flow).send(5) == .init(received: 5, errors: 0), "\(flow)")
                    }
                    try await injector.revert(entry, at: site.place)
                    for flow in example.lost {
                        #expect(try await path(pod, flow).send(5).received == 5, "\(flow)")
                    }
                }
            }
        }

        @Test("neighbours are found although everything is lost, so that nothing fails afterwards")
        func neighbours() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let (entry, site) = try await pod.entry(
                        TrafficLoss(percentage: 100, direction: .both), injector: injector)
                    try await injector.apply(entry, at: site)
                    for address in [TestPod.peerAddress, TestPod.peerAddress6] {
                        try? await IPRoute.batch(["neigh del \(address) dev eth0"], namespace: pod.network.path)
                        #expect(try await pod.outgoing(address).send(20) == .init(received: 0, errors: 0))
                        try await eventually("\(address) is known to the pod") {
                            let neighbours = try await Tool.run(
                                .ip, ["neigh", "show", address], namespaces: [pod.network.path])
                            return neighbours.contains("lladdr")
                        }
                    }
                    try await injector.revert(entry, at: site.place)
                }
            }
        }
    }
}
