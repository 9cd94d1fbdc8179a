import Foundation
import Testing

extension EndToEnd {
    /// Several engines on one pod, which begin and end in every order.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct CompositionTests {
        /// An engine, when it begins and when it ends, in steps.
        private struct Part: Sendable {
            var name: String
            var percentage: Int
            var begins: Int
            var ends: Int
        }

        /// Orders of beginnings and ends from the seed: two and three faults, of which each outlasts some other.
        private static func orders() -> [[Part]] {
            let shapes = [
                // One inside the other, one after the other, and three that cross.
                [(0, 3), (1, 2)], [(0, 2), (1, 3)], [(0, 3), (1, 5), (2, 4)],
            ]
            return shapes.enumerated().map { number, shape in
                let random = CrashTests.moments(shape.count, upTo: 1, salt: 400 + UInt64(number))
                let percentages = zip([30, 50, 20], random).sorted { $0.1 < $1.1 }.map(\.0)
                return zip(shape, percentages).enumerated().map { index, part in
                    Part(name: "p\(number)-\(index)", percentage: part.1, begins: part.0.0, ends: part.0.1)
                }
            }
        }

        @Test("rules are there exactly while a fault runs, and losses of several faults multiply")
        func composition() async throws {
            let before = try await Machine.now()
            try await FaultNode.with { node in
                try await FaultWatch.with(journal: node.journal) { watch in
                    try await node.withCluster { cluster in
                        try await cluster.prepareForMachineFaults()
                        _ = try await together(Array(Self.orders().enumerated())) { number, parts in
                            let target = try await cluster.deploy("target-\(number)")
                            let peer = try await cluster.deploy("peer-\(number)")
                            try await watch.add(target)
                            try await Self.follow(parts, on: "target-\(number)", target, peer, watch, cluster)
                        }
                    }
                }
                #expect(node.entries.isEmpty)
            }
            let left = try await Machine.leftovers(since: before)
            #expect(left.isEmpty, "left behind: \(left)")
        }

        /// Begins and ends the parts in their order, and looks at the pod after each step.
        private static func follow(
            _ parts: [Part], on application: String, _ target: TargetPod, _ peer: TargetPod, _ watch: FaultWatch,
            _ cluster: TestCluster
        ) async throws {
            var active: [Part] = []
            for step in 0...(parts.map(\.ends).max() ?? 0) {
                if let part = parts.first(where: { $0.begins == step }) {
                    try await cluster.apply(
                        Sample.engine(
                            name: part.name, fault: "pod-network-loss", duration: "60", label: "app=\(application)",
                            variables: "            - {name: NETWORK_PACKET_LOSS_PERCENTAGE, "
                                + "value: '\(part.percentage)'}"))
                    active.append(part)
                } else if let part = parts.first(where: { $0.ends == step }) {
                    let (code, output) = try await cluster.kubectl("delete chaosengine \(part.name) --timeout=30s")
                    #expect(code == 0, "\(output)")
                    active.removeAll { $0.name == part.name }
                }
                let count = active.count
                try await watch.wait(target, "\(count) faults, \(parts)") { sight in
                    sight.entries == count && (sight.rules > 0) == (count > 0)
                }
                try await expectLoss(active, target, peer)
            }
        }

        /// Within five standard deviations of what independent losses make together.
        private static func expectLoss(_ active: [Part], _ target: TargetPod, _ peer: TargetPod) async throws {
            let packets = 2000.0
            let passing = active.reduce(1.0) { $0 * (1 - Double($1.percentage) / 100) }
            let tolerance = 5 * (packets * passing * (1 - passing)).squareRoot()
            let sent = try await target.send(Int(packets), to: peer)
            let arrived = Double(sent.arrived)
            #expect(
                abs(arrived - packets * passing) <= tolerance,
                "\(active.map(\.percentage)) %: \(arrived) of \(packets), seed \(CrashTests.seed)")
        }
    }
}
