import Foundation
import Testing

extension RealKubernetes {
    /// Installing and taking away.
    struct LifecycleTests {
        /// Everything on the cluster, by name.
        private func objects(_ cluster: RealCluster) async throws -> Set<String> {
            let names = try await cluster.get("api-resources", "--verbs=list", "-o", "name")
            // These come and go by themselves.
            let volatile = ["events", "events.events.k8s.io", "componentstatuses", "pods.metrics.k8s.io"]
            let kinds = names.split(separator: "\n").map(String.init).filter { !volatile.contains($0) }
            let list = try await cluster.get(
                "get", kinds.joined(separator: ","), "-A", "-o",
                "go-template={{range .items}}{{.kind}} {{.metadata.namespace}}/{{.metadata.name}}{{\"\\n\"}}{{end}}")
            return Set(list.split(separator: "\n").map(String.init))
        }

        @Test("what an uninstallation leaves is what was there before, also with chaos under way")
        func clean() async throws {
            let cluster = try RealCluster()
            let first = try await cluster.litmus(["uninstall", "--kubeconfig", cluster.kubeconfig, "--yes"])
            #expect(first.code == 0, "\(first.output)")
            let before = try await objects(cluster)
            try await ChaosNamespace.with("lifecycle", install: ["--node-agent", "--replicas", "2"]) { namespace in
                try await namespace.start(try await namespace.engine("pod-network-loss", duration: 120))
                try await namespace.wait(
                    for: ".status.history.targets[0].chaosStatus", of: "chaosresult/chaos-pod-network-loss"
                ) { $0 == "injected" }
                let refused = try await cluster.litmus(
                    ["uninstall", "--kubeconfig", cluster.kubeconfig])
                #expect(refused.code == 2 && refused.output.contains("--yes"), "\(refused.output)")
                let start = ContinuousClock.now
                let removed = try await cluster.litmus(["uninstall", "--kubeconfig", cluster.kubeconfig, "--yes"])
                #expect(removed.code == 0, "\(removed.output)")
                #expect(ContinuousClock.now - start < .seconds(90))
                #expect(try await namespace.reaches("victim"), "packets are lost after the uninstallation")
            }
            let after = try await objects(cluster)
            #expect(after == before, "left: \(after.subtracting(before)), gone: \(before.subtracting(after))")
        }

        @Test("a second installation changes nothing, and one with other options what they change")
        func again() async throws {
            let cluster = try RealCluster()
            try await cluster.install()
            let path = "jsonpath={range .items[*]}{.kind} {.metadata.generation} {.metadata.resourceVersion}\n{end}"
            let before = try await cluster.kubectl(
                ["-n", "litmus", "get", "serviceaccount,role,rolebinding", "-o", path])
            let answer = try await cluster.litmus(
                ["install", "--kubeconfig", cluster.kubeconfig, "--image", cluster.image])
            #expect(answer.code == 0, "\(answer.output)")
            #expect(!answer.output.contains("created") && !answer.output.contains("configured"), "\(answer.output)")
            let after = try await cluster.kubectl(
                ["-n", "litmus", "get", "serviceaccount,role,rolebinding", "-o", path])
            #expect(before.output == after.output)
        }

        @Test("what is printed is a kustomize base that kubectl accepts", arguments: ["newest", "1.20"])
        func kustomize(version: String) async throws {
            let cluster = try RealCluster()
            let directory = try ScratchDirectory()
            let printed = try await cluster.litmus(
                ["manifests", "--image", cluster.image, "--node-agent", "--output-dir", directory.path])
            #expect(printed.code == 0, "\(printed.output)")
            let applied = try await cluster.kubectl(
                ["apply", "-k", directory.path, "--dry-run=server"], version: version)
            #expect(applied.code == 0, "\(applied.output)")
        }

        @Test("a halt stops what runs and refuses what comes, until it is lifted")
        func halt() async throws {
            try await ChaosNamespace.with("halt") { namespace in
                let cluster = namespace.cluster
                try await namespace.start(try await namespace.engine("pod-network-loss", duration: 120))
                try await namespace.wait(
                    for: ".status.history.targets[0].chaosStatus", of: "chaosresult/chaos-pod-network-loss"
                ) { $0 == "injected" }
                let halted = try await cluster.litmus(
                    ["halt", "--kubeconfig", cluster.kubeconfig, "--reason", "checkout is down"])
                let isBack = try await namespace.reaches("victim")
                let status = try await namespace.get("get", "chaosengine", "chaos", "-o", "jsonpath={.status}")
                let resumed = try await cluster.litmus(["resume", "--kubeconfig", cluster.kubeconfig])
                #expect(halted.code == 0 && isBack, "\(halted.output)")
                #expect(status.contains("Halted") && status.contains("checkout is down"), "\(status)")
                #expect(resumed.code == 0, "\(resumed.output)")
            }
        }
    }
}
