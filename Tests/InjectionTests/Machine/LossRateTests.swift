import Host
import Testing

@testable import Injection

extension MachineTests {
    @Suite struct LossRateTests {
        @Test(
            "the asked share of packets is lost, and the sender gets no error",
            arguments: [10.0, 30, 60, 100], [TrafficDirection.egress, .ingress, .both])
        func rates(percentage: Double, direction: TrafficDirection) async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let loss = TrafficLoss(percentage: percentage, direction: direction)
                    let (entry, site) = try await pod.entry(loss, injector: injector)
                    try await injector.apply(entry, at: site)
                    let out = try await pod.outgoing().send(2000)
                    let back = try await pod.incoming().send(2000)
                    try await injector.revert(entry, at: site.place)
                    expectLost(direction == .ingress ? 0 : percentage, out, of: 2000)
                    expectLost(direction == .egress ? 0 : percentage, back, of: 2000)
                    #expect(try await pod.outgoing().send(200).received == 200)
                    #expect(try await pod.rules() == nil)
                }
            }
        }

        @Test("losses of a hundredth of a percent and of nothing are possible")
        func small() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    for percentage in [0.01, 0] {
                        let (entry, site) = try await pod.entry(
                            TrafficLoss(percentage: percentage), injector: injector)
                        try await injector.apply(entry, at: site)
                        let sight = try await injector.look(at: TrafficLoss(percentage: percentage), in: site.namespace)
                        let table = try #require(sight.table)
                        #expect(table.shows(LossRules.Loss(id: entry.id, loss: TrafficLoss(percentage: percentage))))
                        #expect(try await pod.outgoing().send(200).received >= 190)
                        try await injector.revert(entry, at: site.place)
                    }
                }
            }
        }

        @Test("two losses on one pod each take their own chance")
        func independence() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    for _ in 0..<2 {
                        let (entry, site) = try await pod.entry(TrafficLoss(percentage: 50), injector: injector)
                        try await injector.apply(entry, at: site)
                    }
                    expectLost(75, try await pod.outgoing().send(2000), of: 2000)
                    _ = await Reverter(journal: journal, logger: quiet).revertAll()
                    #expect(try await pod.rules() == nil)
                }
            }
        }

        @Test("a packet that meets two conditions of one loss takes one chance")
        func oneChance() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let filter = TrafficFilter(
                        peers: [.init(address: TestPod.peerAddress), .init(address: "10.0.0.0/8")],
                        destinationPorts: [9000])
                    let (entry, site) = try await pod.entry(
                        TrafficLoss(percentage: 50, filter: filter), injector: injector)
                    try await injector.apply(entry, at: site)
                    expectLost(50, try await pod.outgoing().send(2000), of: 2000)
                    try await injector.revert(entry, at: site.place)
                }
            }
        }

        /// Within five standard deviations of a binomial distribution.
        private func expectLost(
            _ percentage: Double, _ result: Datagrams.Result, of count: Int, location: SourceLocation = #_sourceLocation
        ) {
            let lost = Double(count - result.received)
            let expected = Double(count) * percentage / 100
            let deviation = (expected * (1 - percentage / 100)).squareRoot()
            #expect(abs(lost - expected) <= 5 * deviation, "lost \(lost) of \(count)", sourceLocation: location)
            #expect(result.errors == 0, sourceLocation: location)
        }
    }
}
