import Foundation
import Testing

extension EndToEnd {
    /// A fault that its target did not feel is an error, however well everything else went.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct SabotageTests {
        private struct Sabotage: Sendable {
            var name: String
            var fault: MachineFault
            var variables: [String]
            /// Words of the reason.
            var says: [String]
            /// After the injection; nil: the order itself cannot be followed.
            var act: (@Sendable (TargetPod) async throws -> Void)?
        }

        private static let sabotages = [
            Sabotage(
                name: "rules", fault: .loss, variables: ["NETWORK_PACKET_LOSS_PERCENTAGE=100"],
                says: ["lose 100 % of egress on eth0", "measured", "the rules were removed"]
            ) { target in
                let (code, output) = try await target.run(["nft", "delete table netdev litmus"])
                #expect(code == 0, "\(output)")
            },
            Sabotage(
                name: "stress", fault: .hog, variables: ["CPU_LOAD=50"],
                says: ["stress every processor at 50 %", "measured", "the stress was ended"]
            ) { target in
                let stressors = Machine.processes("stress-ng").filter { pid in
                    let groups = try? String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8)
                    return groups?.contains(target.uid) ?? false
                }
                #expect(!stressors.isEmpty)
                for stressor in stressors { kill(stressor, SIGKILL) }
            },
            Sabotage(
                name: "device", fault: .loss, variables: ["NETWORK_INTERFACE=eth7"],
                says: ["no network interface eth7", "eth0"]),
        ]

        @Test("rules removed, stress killed, a device that is not there: Error with what was asked and measured")
        func sabotage() async throws {
            let before = try await Machine.now()
            try await FaultNode.with { node in
                try await FaultWatch.with(journal: node.journal) { watch in
                    try await node.withCluster { cluster in
                        try await cluster.prepareForMachineFaults()
                        let peer = try await cluster.deploy("peer")
                        _ = try await together(Self.sabotages) { sabotage in
                            try await Self.expectError(sabotage, peer, watch, cluster)
                        }
                    }
                }
                #expect(node.entries.isEmpty)
            }
            let left = try await Machine.leftovers(since: before)
            #expect(left.isEmpty, "left behind: \(left)")
        }

        private static func expectError(
            _ sabotage: Sabotage, _ peer: TargetPod, _ watch: FaultWatch, _ cluster: TestCluster
        ) async throws {
            let target = try await cluster.deploy(sabotage.name)
            try await watch.add(target)
            let variables = sabotage.variables.map { $0.split(separator: "=") }
                .map { "            - {name: \($0[0]), value: '\($0[1])'}" }.joined(separator: "\n")
            try await cluster.apply(
                Sample.engine(
                    name: sabotage.name, fault: sabotage.fault.rawValue, duration: "4",
                    label: "app=\(sabotage.name)", variables: variables))
            if let act = sabotage.act {
                // Earlier, its own check right after the injection would find out.
                let (code, output) = try await cluster.kubectl(
                    "wait chaosresult/\(sabotage.name)-\(sabotage.fault.rawValue) --timeout=20s "
                        + "--for=jsonpath='{.status.history.targets[0].chaosStatus}'=injected", attempts: 60)
                #expect(code == 0, "\(output)")
                try await act(target)
                // Nothing is lost any more, as whoever sends can tell.
                if sabotage.fault == .loss { #expect(try await target.send(500, to: peer).arrived == 500) }
            }
            let end = try await cluster.end(of: sabotage.name, sabotage.fault)
            #expect(end.verdict == "Error" && end.resultVerdict == "Error" && end.phase == "Error", "\(end)")
            #expect(end.errorCode == "CHAOS_INJECT_ERROR", "\(end)")
            for words in sabotage.says {
                #expect(end.reason.contains(words), "\(sabotage.name): \(end)")
                #expect(end.errorReason.contains(words), "\(sabotage.name): \(end)")
            }
            if sabotage.act != nil { #expect(end.effects == "not injected", "\(sabotage.name): \(end)") }
            try await watch.wait(target, "its end", within: .seconds(2)) { $0.isClean }
        }
    }
}
