import Foundation
import Testing

extension EndToEnd {
    /// What `litmus plan` says is what `litmus run` does, and saying it touches nothing.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct PlanTests {
        private static let seed = "4711"

        /// What of a plan and of a run can be compared: targets with what is done to each.
        private typealias Deeds = Set<[String]>

        private static func engine(_ name: String, _ fault: String) -> String {
            Sample.engine(
                name: name, fault: fault, duration: "1", interval: "5", label: "app=\(name)",
                variables: ["PODS_AFFECTED_PERC: '50'", "CPU_CORES: '1'", "CPU_LOAD: '20'"].map {
                    "            - {name: \($0.replacingOccurrences(of: ":", with: ", value:"))}"
                }.joined(separator: "\n"))
        }

        @Test("a plan touches nothing, and a run with its seed hits the same targets in the same way")
        func planAndRun() async throws {
            let faults = MachineFault.allCases.map(\.rawValue) + ["pod-delete"]
            try await FaultNode.with { node in
                try await node.withCluster { cluster in
                    try await cluster.prepareForMachineFaults()
                    let names = faults.enumerated().map { "plan-\($0.offset)" }
                    let pods = try await together(names) { try await cluster.deploy($0, replicas: 4) }
                    let before = try await (cluster.everything(), Machine.now(), rules(pods))
                    let directory = try ScratchDirectory()
                    let plans = try await together(Array(zip(names, faults))) { name, fault in
                        try await Self.plan(name, fault, directory, node, cluster)
                    }
                    let after = try await (cluster.everything(), Machine.now(), rules(pods))
                    #expect(after.0 == before.0)
                    #expect(after.1 == before.1)
                    #expect(after.2 == before.2)
                    #expect(node.entries.isEmpty)

                    _ = try await together(Array(zip(zip(names, faults), plans))) { choice, plan in
                        let (name, fault) = choice
                        #expect(plan.count == 2, "\(fault): \(plan)")
                        let run = try await Self.run(name, fault, planned: plan, directory, cluster)
                        #expect(plan == run, "\(fault)")
                    }
                }
            }
        }

        private func rules(_ pods: [TargetPod]) async throws -> [String] {
            try await together(pods) { try await $0.rules() }
        }

        private static func plan(
            _ name: String, _ fault: String, _ directory: ScratchDirectory, _ node: FaultNode, _ cluster: TestCluster
        ) async throws -> Deeds {
            let file = try directory.write(engine(name, fault), to: "\(name).yaml")
            let arguments = ["plan", file, "--seed", seed, "--kubeconfig", cluster.kubeconfig]
            let (code, output) = try await node.litmus(arguments + ["--output", "json"])
            #expect(code == 0, "\(fault): \(output)")
            let json = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]]
            let experiment = try #require((json?.first?["experiments"] as? [[String: Any]])?.first)
            #expect("\(experiment["seed"] ?? "")" == seed)
            let round = try #require((experiment["rounds"] as? [[String: Any]])?.first)
            let steps = (round["steps"] as? [[String: Any]] ?? []).compactMap { $0["action"] as? String }
            let targets = (round["targets"] as? [[String: Any]] ?? []).map {
                [$0["namespace"], $0["pod"], $0["container"]].map { $0 as? String ?? "" }
            }
            let text = try await node.litmus(arguments)
            for target in targets { #expect(text.output.contains("\(target[0])/\(target[1])"), "\(text.output)") }
            return Deeds(targets.flatMap { target in steps.map { target + [$0] } })
        }

        private static func names(_ cluster: TestCluster, _ application: String) async throws -> Set<String> {
            Set(try await TargetPod.all(cluster, label: "app=\(application)").map(\.name))
        }

        private static func run(
            _ name: String, _ fault: String, planned plan: Deeds, _ directory: ScratchDirectory, _ cluster: TestCluster
        ) async throws -> Deeds {
            let pods = try await names(cluster, name)
            let file = directory.path + "/\(name).yaml"
            let report = directory.path + "/\(name).json"
            let program = try Program(
                "/bin/sh",
                [
                    "-c", "exec \"$0\" run \"$1\" --seed \"$2\" --kubeconfig \"$3\" --output json > \"$4\"",
                    Place.litmus, file, seed, cluster.kubeconfig, report,
                ])
            #expect(try await program.wait() == 0, "\(fault): \(program.output)")
            // Who is deleted is named in the result by the workload; who is gone tells.
            if fault == "pod-delete" {
                let gone = pods.subtracting(try await names(cluster, name))
                return Deeds(gone.map { ["default", $0, "", plan.first?.last ?? ""] })
            }
            let data = try Data(contentsOf: URL(filePath: report))
            let json = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            let engine = try #require((json?["engines"] as? [[String: Any]])?.first)
            let status = (engine["results"] as? [[String: Any]])?.first?["status"] as? [String: Any]
            let injections = try #require(status?["injections"] as? [[String: Any]], "\(json ?? [:])")
            return Deeds(
                injections.map { injection in
                    let target = injection["target"] as? [String: Any]
                    return [target?["namespace"], target?["name"], target?["container"], injection["action"]]
                        .map { $0 as? String ?? "" }
                })
        }
    }
}

extension TestCluster {
    /// Every object with its version, but for those by which the cluster's own parts show that they live.
    func everything() async throws -> Set<Substring> {
        let (_, kinds) = try await kubectl("api-resources --verbs=list -o name")
        let lasting = kinds.split(separator: "\n").filter { !$0.hasPrefix("leases.") }
        let template =
            "{range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name}@"
            + "{.metadata.resourceVersion}{\"\\n\"}{end}"
        let (code, output) = try await kubectl("get \(lasting.joined(separator: ",")) -A -o jsonpath='\(template)'")
        #expect(code == 0, "\(output)")
        return Set(output.split(separator: "\n"))
    }
}
