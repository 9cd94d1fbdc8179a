import Foundation
import Host
import Testing

@testable import Injection

extension MachineTests {
    @Suite struct LossCompositionTests {
        private static let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
        private static let ports: [UInt16] = [9001, 9002, 9003]

        @Test(
            "three losses on one pod start and end in any order, and each lasts as long as its own", arguments: orders)
        func everyOrder(starts: [Int]) async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    for ends in Self.orders {
                        var entries: [Int: (JournalEntry, NetworkInjector.Site)] = [:]
                        for index in starts {
                            let loss = TrafficLoss(
                                percentage: 100, filter: TrafficFilter(destinationPorts: [Self.ports[index]]))
                            let entry = try await pod.entry(loss, injector: injector)
                            try await injector.apply(entry.entry, at: entry.site)
                            entries[index] = entry
                            try await expectLost(Set(entries.keys), pod)
                        }
                        for index in ends {
                            let removed = entries.removeValue(forKey: index)
                            let (entry, site) = try #require(removed)
                            try await injector.revert(entry, at: site.place)
                            try await expectLost(Set(entries.keys), pod)
                        }
                        #expect(try await pod.rules() == nil)
                    }
                    #expect(journal.list().isEmpty)
                    #expect(FileTree.names(in: journal.directory + "/locks").isEmpty)
                }
            }
        }

        private func expectLost(_ lost: Set<Int>, _ pod: TestPod) async throws {
            for (index, port) in Self.ports.enumerated() {
                let received = try await pod.outgoing(port: port).send(1).received
                #expect(received == (lost.contains(index) ? 0 : 1), "port \(port) while \(lost) are lost")
            }
        }

        @Test("the counts of a loss outlast the beginning and end of another")
        func counters() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let filter = TrafficFilter(destinationPorts: [9000])
                    let (first, site) = try await pod.entry(
                        TrafficLoss(percentage: 100, filter: filter), injector: injector)
                    let (second, _) = try await pod.entry(
                        TrafficLoss(percentage: 50, direction: .both), injector: injector)
                    try await injector.apply(first, at: site)
                    _ = try await pod.outgoing().send(40)
                    try await injector.apply(second, at: site)
                    _ = try await pod.outgoing(port: 9001).send(40)
                    try await injector.revert(second, at: site.place)
                    _ = try await pod.outgoing().send(2)
                    let sight = try await injector.look(at: TrafficLoss(percentage: 100), in: site.namespace)
                    let table = try #require(sight.table)
                    let loss = try #require(first.loss)
                    #expect(table.count(loss) == LossCount(seen: 42, lost: 42))
                    #expect(table.chains.count == 3)
                    try await injector.revert(first, at: site.place)
                }
            }
        }

        @Test("many that apply and revert at once leave exactly what is active")
        func concurrency() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for index in 0..<8 {
                            group.addTask {
                                let filter = TrafficFilter(destinationPorts: [9000 + UInt16(index)])
                                let (entry, site) = try await pod.entry(
                                    TrafficLoss(percentage: 100, filter: filter), injector: injector)
                                try await injector.apply(entry, at: site)
                                if index > 0 { try await injector.revert(entry, at: site.place) }
                            }
                        }
                        try await group.waitForAll()
                    }
                    #expect(try await pod.outgoing(port: 9000).send(3).received == 0)
                    #expect(try await pod.outgoing(port: 9001).send(3).received == 3)
                    #expect(journal.list().count == 1)
                    _ = await Reverter(journal: journal, logger: quiet).revertAll()
                }
            }
        }

        @Test("the rules of two journals on one pod leave each other alone")
        func twoJournals() async throws {
            try await withPod { pod in
                try await withJournal { first in
                    try await withJournal { second in
                        for (journal, port) in [(first, 9001), (second, 9002)] as [(Journal, UInt16)] {
                            let injector = NetworkInjector(journal: journal)
                            let filter = TrafficFilter(destinationPorts: [port])
                            let (entry, site) = try await pod.entry(
                                TrafficLoss(percentage: 100, filter: filter), injector: injector)
                            try await injector.apply(entry, at: site)
                        }
                        #expect(try await pod.outgoing(port: 9001).send(1).received == 0)
                        #expect(try await pod.outgoing(port: 9002).send(1).received == 0)
                        _ = await Reverter(journal: first, logger: quiet).revertAll()
                        #expect(try await pod.outgoing(port: 9001).send(1).received == 1)
                        #expect(try await pod.outgoing(port: 9002).send(1).received == 0)
                        _ = await Reverter(journal: second, logger: quiet).revertAll()
                        #expect(try await pod.rules() == nil)
                    }
                }
            }
        }

        @Test("rules that somebody else has mangled are made anew")
        func mangled() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let injector = NetworkInjector(journal: journal)
                    let foreign =
                        "table \(journal.table) {\n chain egress_eth0 { type filter hook ingress device lo priority 5; }\n}\n"
                    try await Nftables.run(foreign, namespace: pod.network.path)
                    let (entry, site) = try await pod.entry(TrafficLoss(percentage: 100), injector: injector)
                    try await injector.apply(entry, at: site)
                    #expect(try await pod.outgoing().send(3).received == 0)
                    try await injector.revert(entry, at: site.place)
                    #expect(try await pod.rules() == nil)
                }
            }
        }
    }
}
