import ArgumentParser
import EmbeddedCluster
import KubernetesAPI

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start an embedded single-node cluster with the chaos operator, until Ctrl-C.",
        discussion: "State is kept in the data directory: the next start goes on with it.")

    @Option(help: "Where the cluster's state and its kubeconfig are kept.")
    var dataDir: String = DataDirectory.default

    @Option(help: "Where the API server listens on the host, as HOST:PORT.")
    var listen: String = "127.0.0.1:6443"

    @OptionGroup var cluster: ClusterOptions

    func run() async throws {
        try await CommandError.reporting {
            try await Interruption.heeding { try await up($0) }
            return 0
        }
    }

    private func up(_ interruption: Interruption) async throws {
        let logger = try cluster.logger(label: "litmus")
        let running = try await ChaosCluster.start(
            cluster.configuration(storage: .directory(dataDir), listen: HostPort(listen)), logger: logger)
        for limitation in running.limitations { TextOutput.standardError.write("warning: \(limitation)\n") }
        try await running.serve { _, url in
            TextOutput.standardOutput.write(
                """
                The cluster is up at \(url)
                kubeconfig: \(running.kubeconfigPath)
                Try: kubectl --kubeconfig \(running.kubeconfigPath) get pods,chaosengines,chaosresults -A
                Ctrl-C stops it.

                """)
            await interruption.wait()
            TextOutput.standardOutput.write("stopping\n")
        }
    }
}
