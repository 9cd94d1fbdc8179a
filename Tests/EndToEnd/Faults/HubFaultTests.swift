import Foundation
import Testing

extension EndToEnd {
    /// Faults on machines as whoever runs the application feels them, with manifests of the public hub.
    @Suite(.enabled(if: Place.isRoot, "needs root"), .enabled(if: Place.hasHub, "no hub here"))
    struct HubFaultTests {
        /// The hub's manifests of a fault, the engine unchanged but for the application.
        static func manifests(_ fault: String, application: String) throws -> String {
            let folder = Place.hub + "/kubernetes/\(fault)"
            let engine = try String(contentsOfFile: folder + "/engine.yaml", encoding: .utf8)
                .replacingOccurrences(of: "appns: ''", with: "appns: 'default'")
                .replacingOccurrences(of: "applabel: ''", with: "applabel: 'app=\(application)'")
                .replacingOccurrences(of: "appkind: ''", with: "appkind: 'deployment'")
            #expect(engine.contains("app=\(application)"))
            return try String(contentsOfFile: folder + "/fault.yaml", encoding: .utf8) + "\n---\n" + engine
        }

        private static let applications = ["victim", "busy", "bystander"].map { name in
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(name)}
            spec:
              selector: {matchLabels: {app: \(name)}}
              template:
                metadata: {labels: {app: \(name)}}
                spec:
                  containers: [{name: web, image: litmus/sample-app}]
            """
        }.joined(separator: "\n---\n")

        private func pod(_ cluster: TestCluster, _ name: String) async throws -> TargetPod {
            try #require(try await TargetPod.all(cluster, label: "app=\(name)").first)
        }

        /// Starts a fault and waits until it bites.
        private func start(_ fault: String, engine: String, on application: String, _ cluster: TestCluster) async throws
        {
            let account = try await cluster.kubectl("apply -f -", input: ServiceAccounts.manifest("\(fault)-sa"))
            #expect(account.code == 0, "\(account.output)")
            let applied = try await cluster.kubectl(
                "apply -f -", input: try Self.manifests(fault, application: application))
            #expect(applied.code == 0, "\(applied.output)")
            let status = fault == "container-kill" ? "targeted" : "injected"
            let (code, output) = try await cluster.kubectl(
                "wait chaosresult/\(engine)-\(fault) --timeout=20s "
                    + "--for=jsonpath='{.status.history.targets[0].chaosStatus}'=\(status)", attempts: 40)
            #expect(code == 0, "\(output)")
        }

        /// Waits for the verdict, which must be Pass with this effect.
        private func expectPass(
            _ result: String, engine: String, effects: [String] = ["confirmed"], _ cluster: TestCluster
        ) async throws {
            let (code, output) = try await cluster.kubectl(
                "wait chaosengine/\(engine) --for=jsonpath='{.status.engineStatus}'=completed --timeout=100s")
            let (_, yaml) = try await cluster.kubectl("get chaosresult \(result) -o yaml")
            #expect(code == 0, "\(output)\n\(yaml)")
            let (_, words) = try await cluster.kubectl(
                "get chaosresult \(result) -o jsonpath="
                    + "'{.status.experimentStatus.verdict}|{.status.injections[*].effect}'")
            #expect(effects.map { "Pass|\($0)" }.contains(words), "\(words)\n\(yaml)")
        }

        @Test("container-kill restarts the container, and nothing else")
        func containerKill() async throws {
            try await TestCluster.with { cluster in
                _ = try await cluster.kubectl("apply -f -", input: Self.applications)
                _ = try await cluster.kubectl("rollout status deployment/victim --timeout=60s")
                _ = try await cluster.kubectl("rollout status deployment/bystander --timeout=60s")
                try await start("container-kill", engine: "nginx-chaos", on: "victim", cluster)
                try await expectPass("nginx-chaos-container-kill", engine: "nginx-chaos", cluster)
                let counts = "-o jsonpath={.items[*].status.containerStatuses[*].restartCount}"
                let (_, victim) = try await cluster.kubectl("get pods -l app=victim \(counts)")
                let (_, bystander) = try await cluster.kubectl("get pods -l app=bystander \(counts)")
                // Every 10 s for 20 s.
                #expect(victim == "2")
                #expect(bystander == "0")
            }
        }

        @Test("packets of the target are lost and its processor is busy, and both are as they were afterwards")
        func lossAndLoad() async throws {
            try await TestCluster.with { cluster in
                _ = try await cluster.kubectl("apply -f -", input: Self.applications)
                for name in ["victim", "busy", "bystander"] {
                    _ = try await cluster.kubectl("rollout status deployment/\(name) --timeout=60s")
                }
                let victim = try await pod(cluster, "victim")
                let busy = try await pod(cluster, "busy")
                let bystander = try await pod(cluster, "bystander")
                let before = (
                    try await victim.rules(), try await busy.controlGroups(), try await bystander.controlGroups()
                )
                #expect(before.0.isEmpty)

                try await start("pod-network-loss", engine: "nginx-network-chaos", on: "victim", cluster)
                try await start("pod-cpu-hog", engine: "nginx-chaos", on: "busy", cluster)
                let lost = try await victim.send(500, to: bystander)
                #expect(lost.arrived == 0, "the hub's engine asks for a loss of 100 %")
                #expect(lost.errors == 0, "lost packets are no errors at the sender")
                let untouched = try await bystander.send(500, to: busy)
                #expect(untouched.arrived == 500)
                let start = (try await busy.processorTime(), try await bystander.processorTime())
                try await Task.sleep(for: .seconds(5))
                let used = try await busy.processorTime() - start.0
                // On a busy machine it gets less than the 5 s that it asks for.
                #expect(used > 2 && used < 5.5, "1 core for 5 s, but \(used) s of processor time")
                #expect(try await bystander.processorTime() - start.1 < 0.5)

                try await expectPass(
                    "nginx-network-chaos-pod-network-loss", engine: "nginx-network-chaos", cluster)
                try await expectPass(
                    "nginx-chaos-pod-cpu-hog", engine: "nginx-chaos", effects: ["confirmed", "inconclusive"], cluster)
                #expect(try await victim.rules() == before.0)
                #expect(try await busy.controlGroups() == before.1)
                #expect(try await bystander.controlGroups() == before.2)
                let after = try await victim.send(200, to: bystander)
                #expect(after.arrived == 200)
            }
        }
    }
}
