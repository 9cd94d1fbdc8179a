import ArgumentParser
import KubernetesAPI
import KubernetesClient
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Which cluster a command for installations works on: chosen as kubectl does.
struct ClusterConnectionOptions: ParsableArguments {
    @Option(help: "The cluster's kubeconfig; by default as kubectl finds it: KUBECONFIG, else ~/.kube/config.")
    var kubeconfig: String?

    @Option(help: "The context of the kubeconfig; by default its current one.")
    var context: String?

    /// A server that does not answer is said to be unreachable after this time.
    private static let requestTimeout = Duration.seconds(15)

    /// Works on the cluster.
    /// - Parameter body: gets the client and the server's URL.
    /// - Throws: `KubeconfigError`, and what `body` throws.
    func onCluster<Value: Sendable>(_ body: (any APIClient, String) async throws -> Value) async throws -> Value {
        let connection = try ClusterConnection.find(
            kubeconfig: kubeconfig, context: context, environment: ProcessInfo.processInfo.environment)
        var options = HTTPKubernetesClient.Options()
        options.requestTimeout = Self.requestTimeout
        options.retries.maximumAttempts = 3
        return try await HTTPKubernetesClient.with(connection, options: options, logger: .standardError(.error)) {
            try await body($0, connection.server)
        }
    }
}
