import ArgumentParser
import ChaosAPI
import ChaosOperator
import Foundation
import KubernetesAPI
import KubernetesClient
import Logging

/// What `litmus halt` and `litmus resume` have in common.
struct KillSwitchOptions: ParsableArguments {
    @Option(
        help: """
            The cluster's kubeconfig; by default KUBECONFIG, then that of 'litmus up', then ~/.kube/config.
            """)
    var kubeconfig: String?

    @Option(help: "The namespace of the chaos operator, where the order is kept.")
    var namespace: String = Halt.defaultNamespace

    @Option(help: "How the report is printed: text or json.")
    var output: RunCommand.Output = .text
}

extension KillSwitchOptions {
    /// A server that does not answer is said to be unreachable after this time.
    private static let requestTimeout = Duration.seconds(15)

    /// Progress; the report of a program owns standard output.
    var progress: TextOutput { output == .json ? .standardError : .standardOutput }

    /// Works on the cluster, and turns every failure into words on standard error and exit code 2.
    /// - Parameter body: gets the switch and the cluster's name for people.
    func onCluster(_ body: (KillSwitch, String) async throws -> Int32) async throws {
        let environment = ProcessInfo.processInfo.environment
        let choice = ClusterChoice(
            option: kubeconfig, environment: environment, exists: FileManager.default.fileExists(atPath:))
        try await CommandError.reporting(hint: choice.hint) {
            let connection = try choice.connection(environment: environment)
            var options = HTTPKubernetesClient.Options()
            options.requestTimeout = Self.requestTimeout
            options.retries.maximumAttempts = 3
            let logger = Logger.standardError(.error)
            return try await HTTPKubernetesClient.with(connection, options: options, logger: logger) { client in
                try await body(
                    KillSwitch(client: client, namespace: namespace, logger: logger),
                    "\(connection.server)\(choice.hint)")
            }
        }
    }

    /// Who gives the order, for people: `ann@desk`.
    static func author(_ environment: [String: String], host: String) -> String {
        let user = environment["SUDO_USER"] ?? environment["USER"] ?? environment["LOGNAME"] ?? "somebody"
        return "\(user)@\(host)"
    }
}
