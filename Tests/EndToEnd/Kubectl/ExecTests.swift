import Foundation
import Testing

extension EndToEnd {
    /// Commands in containers and evictions, by a stock kubectl.
    @Suite struct ExecTests {
        private static let pods = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: litmus/sample-app}]
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: web}
            spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: shell}
            spec:
              terminationGracePeriodSeconds: 1
              containers: [{name: main, image: shell, command: [sleep, '1000'], env: [{name: COLOUR, value: blue}]}]

            """

        private func run(_ body: @escaping @Sendable (TestCluster) async throws -> Void) async throws {
            try await TestCluster.with(arguments: ["--image", "shell=host"]) { cluster in
                _ = try await cluster.kubectl("apply -f -", input: Self.pods)
                let (code, output) = try await cluster.kubectl(
                    "wait --for=condition=Ready pod/shell --timeout=30s", attempts: 50)
                try #require(code == 0, "\(output)")
                let rollout = try await cluster.kubectl("rollout status deployment/web --timeout=60s")
                try #require(rollout.code == 0, "\(rollout.output)")
                try await body(cluster)
            }
        }

        @Test(
            "exec runs in the container: exit code, input, environment, name", .enabled(if: Place.isRoot, "needs root"))
        func exec() async throws {
            try await run { cluster in
                let code = try await cluster.kubectl("exec shell -- sh -c 'echo hi; exit 3'")
                #expect(code.code == 3 && code.output.hasPrefix("hi\n"), "\(code.output)")
                let seen = try await cluster.kubectl("exec shell -- sh -c 'echo $COLOUR; hostname; cat /proc/1/comm'")
                #expect(seen.output == "blue\nshell\nsleep\n")
                let input = String(repeating: "a line of text\n", count: 100_000)
                let counted = try await cluster.kubectl("exec -i shell -- wc -c", input: input)
                #expect(counted.output == "\(input.utf8.count)\n")
                let large = try await cluster.kubectl("exec shell -- head -c 3000000 /dev/zero")
                #expect(large.code == 0 && large.output.utf8.count == 3_000_000)
                let role = try await cluster.kubectl("exec deployment/web -- sh -c 'hostname; ls /proc/self/exe'")
                #expect(role.code == 0 && role.output.hasPrefix("web-"), "\(role.output)")
                let missing = try await cluster.kubectl("exec shell -- no-such-program")
                #expect(missing.code == 1 && missing.output.contains("no such file"), "\(missing.output)")
                let lost = try await cluster.kubectl("exec nobody -- true")
                #expect(lost.code == 1 && lost.output.contains("pods \"nobody\" not found"), "\(lost.output)")
            }
        }

        @Test("cp copies into a container and out of it", .enabled(if: Place.isRoot, "needs root"))
        func copy() async throws {
            let directory = try ScratchDirectory()
            let text = (0..<200_000).map { "\($0)" }.joined(separator: "\n")
            try text.write(toFile: directory.path + "/in", atomically: true, encoding: .utf8)
            try await run { cluster in
                let into = try await cluster.kubectl("cp \(directory.path)/in shell:/tmp/copied")
                #expect(into.code == 0, "\(into.output)")
                let out = try await cluster.kubectl("cp shell:/tmp/copied \(directory.path)/out")
                #expect(out.code == 0, "\(out.output)")
                #expect(try String(contentsOfFile: directory.path + "/out", encoding: .utf8) == text)
            }
        }

        @Test("a command ends with its kubectl", .enabled(if: Place.isRoot, "needs root"))
        func disconnect() async throws {
            try await run { cluster in
                /// Waits until so many processes of that name run in the container.
                @Sendable func wait(for count: Int) async throws {
                    let command = "exec shell -- sh -c 'cat /proc/[0-9]*/comm | grep -c sleep'"
                    let deadline = ContinuousClock.now + .seconds(20)
                    var output = ""
                    while output != "\(count)\n" {
                        try #require(ContinuousClock.now < deadline, "\(output)")
                        output = try await cluster.kubectl(command).output
                    }
                }
                try await wait(for: 1)
                let kubectl = try Program(
                    "\(Place.tools)/kubectl-newest",
                    ["--kubeconfig", cluster.kubeconfig, "exec", "shell", "--", "sleep", "1000"])
                try await wait(for: 2)
                kubectl.signal(SIGKILL)
                try await wait(for: 1)
            }
        }

        @Test(
            "a drain waits for the disruption budget, and goes on without it", .enabled(if: Place.isRoot, "needs root"))
        func drain() async throws {
            try await run { cluster in
                let node = try await cluster.kubectl("get nodes -o jsonpath={.items[0].metadata.name}").output
                let drain = "drain \(node) --force --ignore-daemonsets --delete-emptydir-data --pod-selector=app=web"
                let refused = try await cluster.kubectl("\(drain) --timeout=3s")
                #expect(refused.code == 1, "\(refused.output)")
                #expect(refused.output.contains("violate the pod's disruption budget"), "\(refused.output)")
                _ = try await cluster.kubectl("delete pdb web")
                let drained = try await cluster.kubectl("\(drain) --timeout=60s")
                #expect(drained.code == 0 && drained.output.contains("evicted"), "\(drained.output)")
            }
        }
    }
}
