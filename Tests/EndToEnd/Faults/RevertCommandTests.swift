import Foundation
import Testing

extension EndToEnd {
    /// `litmus revert`, for whoever wants the chaos to be over now.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct RevertCommandTests {
        @Test("revert --list names what is applied; revert undoes it, and the run ends with a verdict that says so")
        func revert() async throws {
            let before = try await Machine.now()
            let faults = [MachineFault.hog, .loss]
            try await FaultNode.with { node in
                try await FaultWatch.with(journal: node.journal) { watch in
                    try await node.withCluster { cluster in
                        let nothing = try await node.litmus(["revert", "--list"])
                        #expect(nothing.code == 0 && nothing.output == "Nothing is applied on this machine.\n")
                        try await cluster.prepareForMachineFaults()
                        let targets = try await together(faults) { fault in
                            let target = try await cluster.deploy(fault.rawValue)
                            try await watch.add(target)
                            try await cluster.apply(fault.engine(fault.rawValue, duration: 300))
                            try await watch.wait(target, "the injection") { fault.hasBegun($0) }
                            return target
                        }
                        try await Self.expectListed(faults, targets, node)
                        let moment = FaultWatch.now()
                        let (code, output) = try await node.litmus(["revert"])
                        #expect(code == 0)
                        #expect(output.split(separator: "\n").count == 2, "\(output)")
                        #expect(output.split(separator: "\n").allSatisfy { $0.hasSuffix(": undone") }, "\(output)")
                        for (fault, target) in zip(faults, targets) {
                            let clean = try await watch.wait(target, "the revert", within: .seconds(1)) { $0.isClean }
                            #expect(clean.at - moment < 2, "starting litmus included")
                            let end = try await cluster.end(of: fault.rawValue, fault, within: 20)
                            #expect(end.verdict == "Error" && end.resultVerdict == "Error", "\(end)")
                            #expect(end.reason.contains("undone before its end, by 'litmus revert'"), "\(end)")
                        }
                    }
                }
                let again = try await node.litmus(["revert"])
                #expect(again.code == 0 && again.output == "Nothing was applied on this machine.\n")
            }
            let left = try await Machine.leftovers(since: before)
            #expect(left.isEmpty, "left behind: \(left)")
        }

        private static func expectListed(
            _ faults: [MachineFault], _ targets: [TargetPod], _ node: FaultNode
        ) async throws {
            let text = try await node.litmus(["revert", "--list"])
            let json = try await node.litmus(["revert", "--list", "--output", "json"])
            #expect(text.code == 0 && json.code == 0)
            let rows = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
            #expect(rows.count == faults.count)
            for (fault, target) in zip(faults, targets) {
                let line = text.output.split(separator: "\n").first { $0.contains(target.name) } ?? ""
                for words in [fault.rawValue, "default/\(target.name) (web)", "active", " left"] {
                    #expect(line.contains(words), "\(text.output)")
                }
                let row = rows.first { ($0["target"] as? [String: Any])?["pod"] as? String == target.name }
                #expect(row?["fault"] as? String == fault.rawValue)
                #expect(row?["state"] as? String == "active")
            }
        }
    }
}
