import Foundation
import Testing

extension RealKubernetes {
    /// What is wrong with a cluster is said, with what to do about it.
    struct BadClusterTests {
        @Test("a server that does not answer is named")
        func unreachable() async throws {
            let cluster = try RealCluster()
            let text = try String(contentsOfFile: cluster.kubeconfig, encoding: .utf8)
                .replacing(#/server: .*/#, with: "server: https://127.0.0.1:1")
            let directory = try ScratchDirectory()
            let file = try directory.write(text, to: "kubeconfig")
            let answer = try await cluster.litmus(["install", "--kubeconfig", file, "--image", cluster.image])
            #expect(answer.code == 2 && answer.output.contains("https://127.0.0.1:1"), "\(answer)")
        }

        @Test("a token that is not valid any more is named")
        func expired() async throws {
            let cluster = try RealCluster()
            let text = try String(contentsOfFile: cluster.kubeconfig, encoding: .utf8)
                .replacing(#/client-(certificate|key)(-data)?: .*/#, with: "token: expired")
            let directory = try ScratchDirectory()
            let file = try directory.write(
                text.replacing(#/token: expired\n *token: expired/#, with: "token: expired"), to: "kubeconfig")
            let answer = try await cluster.litmus(["install", "--kubeconfig", file, "--image", cluster.image])
            #expect(answer.code == 2, "\(answer)")
            #expect(answer.output.contains("Unauthorized") || answer.output.contains("401"), "\(answer)")
            #expect(answer.output.contains("token") || answer.output.contains("credential"), "\(answer)")
        }

        @Test("an engine whose account or whose permission is missing says which, and the command that helps")
        func permissions() async throws {
            try await ChaosNamespace.with("permissions", applications: ["victim"]) { namespace in
                let manifests = try await namespace.engine("pod-delete", duration: 2)
                try await namespace.cluster.apply(manifests)
                try await namespace.wait(for: ".status.message", of: "chaosengine/chaos") {
                    $0.contains("pod-delete-sa") && $0.contains("litmus rbac")
                }
                // An account that may do nothing.
                try await namespace.get("create", "serviceaccount", "pod-delete-sa")
                try await namespace.wait(for: ".status.engineStatus", of: "chaosengine/chaos", within: .seconds(90)) {
                    $0 == "completed"
                }
                let status = try await namespace.get("get", "chaosengine", "chaos", "-o", "jsonpath={.status}")
                #expect(status.contains("forbidden") || status.contains("may not"), "\(status)")
                #expect(status.contains("litmus rbac"), "\(status)")
                // With what the command prints it runs.
                let rbac = try await namespace.cluster.litmus(["rbac", "-"], input: manifests)
                #expect(rbac.code == 0, "\(rbac.output)")
                try await namespace.cluster.apply(rbac.output)
                try await namespace.get(
                    "patch", "chaosengine", "chaos", "--type=merge", "-p", #"{"spec":{"engineState":"active"}}"#)
                try await namespace.wait(for: ".status.verdict", of: "chaosengine/chaos") { $0 == "Pass" }
            }
        }
    }
}
