import Foundation
import Testing

extension RealKubernetes {
    /// What is wrong with a cluster is said, with what to do about it.
    struct BadClusterTests {
        /// A kubeconfig of the cluster with another server or other credentials.
        private func kubeconfig(
            _ cluster: RealCluster, in directory: ScratchDirectory, server: String? = nil
        ) async throws -> String {
            func value(_ path: String) async throws -> String {
                try await cluster.get("config", "view", "--raw", "--minify", "-o", "jsonpath={\(path)}")
            }
            let address = if let server { server } else { try await value(".clusters[0].cluster.server") }
            let authority = try await value(".clusters[0].cluster.certificate-authority-data")
            return try directory.write(
                """
                apiVersion: v1
                kind: Config
                current-context: test
                contexts: [{name: test, context: {cluster: test, user: test}}]
                clusters: [{name: test, cluster: {server: '\(address)', certificate-authority-data: '\(authority)'}}]
                users: [{name: test, user: {token: expired}}]
                """, to: "kubeconfig")
        }

        @Test("a server that does not answer is named")
        func unreachable() async throws {
            let cluster = try RealCluster()
            let directory = try ScratchDirectory()
            let file = try await kubeconfig(cluster, in: directory, server: "https://127.0.0.1:1")
            let answer = try await cluster.litmus(["install", "--kubeconfig", file, "--image", cluster.image])
            #expect(answer.code == 2 && answer.output.contains("https://127.0.0.1:1"), "\(answer)")
        }

        @Test("a token that is not valid any more is named")
        func expired() async throws {
            let cluster = try RealCluster()
            let directory = try ScratchDirectory()
            let file = try await kubeconfig(cluster, in: directory)
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
