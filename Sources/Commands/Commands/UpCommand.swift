import ArgumentParser
import EmbeddedCluster
import KubernetesAPI

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start an embedded single-node cluster with the chaos operator, until Ctrl-C.",
        discussion: "State is kept in the data directory: the next start goes on with it.")

    @Option(help: Setting.dataDir.help("Where the cluster's state and its kubeconfig are kept."))
    var dataDir: String?

    @Option(
        help: Setting.listen.help("Where the API server listens on the host, as HOST:PORT."),
        transform: { try HostPort($0) })
    var listen: HostPort?

    @OptionGroup var cluster: ClusterOptions

    func run() async throws {
        try await CommandError.reporting {
            try await Interruption.heeding { try await up($0) }
            return 0
        }
    }

    func settings(environment: [String: String]) throws -> CommandSettings {
        try cluster.settings(environment: environment) { settings in
            if let dataDir { settings.dataDir = dataDir }
            if let listen { settings.listen = listen }
        }
    }

    private func up(_ interruption: Interruption) async throws {
        let settings = try settings(environment: ClusterOptions.processEnvironment)
        let running = try await ChaosCluster.start(
            settings.cluster(storage: .directory(settings.dataDir), listen: settings.listen),
            logger: settings.logger(label: "litmus"))
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
