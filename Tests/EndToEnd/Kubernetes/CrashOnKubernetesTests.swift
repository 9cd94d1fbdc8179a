import Foundation
import Testing

extension RealKubernetes {
    /// Whatever dies while a pod loses its packets: they flow again soon, the run ends, and nothing is left.
    struct CrashTests {
        private static let result = "chaosresult/chaos-pod-network-loss"

        /// Runs a fault of two minutes that something cuts short, and checks what is left.
        /// - Parameters:
        ///   - limit: from the crash until the packets flow again.
        ///   - crash: kills something; the fault is in force.
        private func cutShort(
            _ name: String, install options: [String] = [], within limit: Duration = .seconds(30),
            verdicts: Set<String> = ["Error"], crash: @escaping @Sendable (ChaosNamespace) async throws -> Void
        ) async throws {
            try await ChaosNamespace.with(name, install: options) { namespace in
                try await namespace.start(try await namespace.engine("pod-network-loss", duration: 120))
                try await namespace.wait(for: ".status.history.targets[0].chaosStatus", of: Self.result) {
                    $0 == "injected"
                }
                #expect(try await namespace.reaches("victim") == false, "the loss of 100 % is not felt")
                let start = ContinuousClock.now
                try await crash(namespace)
                var isBack = false
                while !isBack, ContinuousClock.now - start < limit { isBack = try await namespace.reaches("victim") }
                let state = try await namespace.get("get", "pods,chaosengine,chaosresult", "-o", "yaml")
                #expect(isBack, "packets were lost \(limit) after the crash:\n\(state)")
                try await namespace.wait(
                    for: ".status.engineStatus", of: "chaosengine/chaos", within: .seconds(60)
                ) { $0 == "completed" }
                try await namespace.wait(for: ".status.experimentStatus.verdict", of: Self.result) {
                    verdicts.contains($0)
                }
                try await namespace.expectNoHelpers()
            }
        }

        @Test("a helper's process is killed")
        func helperKilled() async throws {
            try await cutShort("helper-killed") { namespace in
                let helper = try await namespace.helper()
                // The helper sees the processes of its node.
                let script = #"""
                    for process in /proc/[0-9]*; do
                        case "$(tr '\0' ' ' <$process/cmdline)" in
                            "litmus inject "*) kill -KILL ${process#/proc/} ;;
                        esac
                    done
                    """#
                // The connection dies with the container, perhaps before it says so.
                _ = try await namespace.cluster.kubectl(
                    ["--namespace", namespace.name, "exec", helper, "--", "sh", "-c", script])
            }
        }

        @Test("a helper's pod is deleted without grace")
        func helperDeleted() async throws {
            try await cutShort("helper-deleted") { namespace in
                try await namespace.get(
                    "delete", try await namespace.helper(), "--force", "--grace-period=0", "--wait=false")
            }
        }

        @Test("the runner's pod is deleted without grace")
        func runnerDeleted() async throws {
            // The kubelet may give it the time to see it as an abort.
            try await cutShort("runner-deleted", verdicts: ["Error", "Stopped"]) { namespace in
                try await namespace.get("delete", "pod/chaos-runner", "--force", "--grace-period=0", "--wait=false")
            }
        }

        @Test("helper and runner are deleted at once")
        func bothDeleted() async throws {
            try await cutShort("both-deleted", verdicts: ["Error", "Stopped"]) { namespace in
                try await namespace.get(
                    "delete", "pod/chaos-runner", try await namespace.helper(), "--force", "--grace-period=0",
                    "--wait=false")
            }
        }

        @Test("the helper dies while no operator is there to see it")
        func operatorAway() async throws {
            try await cutShort("operator-away", within: .seconds(60)) { namespace in
                let cluster = namespace.cluster
                try await cluster.get("-n", "litmus", "scale", "deployment/litmus-agent", "--replicas=0")
                try await cluster.wait(
                    "the operator's end", "-n", "litmus", "get", "pods", "-l", "app.kubernetes.io/component=agent",
                    "-o", "name"
                ) { $0.isEmpty }
                try await namespace.get(
                    "delete", try await namespace.helper(), "--force", "--grace-period=0", "--wait=false")
                try await cluster.get("-n", "litmus", "scale", "deployment/litmus-agent", "--replicas=1")
            }
        }

        @Test("the node agent is killed, and the one that takes its place undoes")
        func nodeAgent() async throws {
            try await cutShort("agent-killed", install: ["--node-agent"]) { namespace in
                try await namespace.cluster.get(
                    "-n", "litmus", "delete", "pods", "-l", "app.kubernetes.io/component=node-agent", "--force",
                    "--grace-period=0", "--wait=false")
            }
        }

        @Test("of two replicas the leader is killed in the middle of a run, and the other one ends it")
        func leader() async throws {
            try await ChaosNamespace.with("takeover", install: ["--replicas", "2"]) { namespace in
                try await namespace.start(try await namespace.engine("pod-delete", duration: 6))
                try await namespace.wait(for: ".status.engineStatus", of: "chaosengine/chaos") { $0 == "initialized" }
                let holder = try await namespace.cluster.get(
                    "-n", "litmus", "get", "lease", "chaos-operator.lock", "-o", "jsonpath={.spec.holderIdentity}")
                let pods = try await namespace.cluster.get(
                    "-n", "litmus", "get", "pods", "-l", "app.kubernetes.io/component=agent", "-o", "name")
                let leader = try #require(
                    pods.split(separator: "\n").first { holder.contains($0.dropFirst("pod/".count)) },
                    "\(holder) is none of \(pods)")
                try await namespace.cluster.get(
                    "-n", "litmus", "delete", String(leader), "--force", "--grace-period=0", "--wait=false")
                try await namespace.wait(for: ".status.verdict", of: "chaosengine/chaos") { $0 == "Pass" }
            }
        }

        @Test(
            "the API server is started anew while packets are lost",
            .enabled(if: RealCluster.script != nil, "the API server of this cluster is not ours"))
        func apiServer() async throws {
            let script = try #require(RealCluster.script)
            try await ChaosNamespace.with("api-server") { namespace in
                try await namespace.start(try await namespace.engine("pod-network-loss", duration: 15))
                try await namespace.wait(for: ".status.history.targets[0].chaosStatus", of: Self.result) {
                    $0 == "injected"
                }
                let kill = try Program(script, ["node", "pkill", "-KILL", "-x", "kube-apiserver"])
                #expect(try await kill.wait(within: .seconds(60)) == 0, "\(kill.output)")
                try await namespace.wait(for: ".status.verdict", of: "chaosengine/chaos") { $0 == "Pass" }
                #expect(try await namespace.reaches("victim"))
                try await namespace.expectNoHelpers()
            }
        }
    }
}

extension ChaosNamespace {
    /// `pod/NAME` of the only helper.
    func helper() async throws -> String {
        let output = try await get(
            "get", "pods", "-l", "app.kubernetes.io/component=helper", "--field-selector", "status.phase=Running", "-o",
            "name")
        let names = output.split(separator: "\n")
        return String(try #require(names.count == 1 ? names.first : nil, "one helper, but: \(output)"))
    }

    /// Neither helpers nor revert pods, nor entries in the nodes' journals.
    func expectNoHelpers() async throws {
        try await cluster.wait(
            "the end of all helpers", within: .seconds(60), "get", "pods", "-A", "-l",
            "app.kubernetes.io/component in (helper,revert)", "-o",
            "jsonpath={range .items[?(@.metadata.finalizers)]}{.metadata.name} {end}"
        ) { $0.isEmpty }
    }
}
