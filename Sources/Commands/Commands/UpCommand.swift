import ArgumentParser
import EmbeddedCluster
import KubernetesAPI

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start an embedded single-node cluster with the chaos operator and the Chaos Center, until Ctrl-C.",
        discussion: """
            State is kept in the data directory: the next start goes on with it. The Chaos Center takes its settings, as \
            'litmus help center' lists them, from the environment and the configuration file.
            """)

    @Option(help: Setting.dataDir.help("Where the cluster's state and its kubeconfig are kept."))
    var dataDir: String?

    @Option(
        help: Setting.listen.help("Where the API server listens on the host, as HOST:PORT."),
        transform: { try HostPort($0) })
    var listen: HostPort?

    @Option(
        help: Setting.centerListen.help("Where the Chaos Center listens, as HOST:PORT."),
        transform: { try HostPort($0) })
    var centerListen: HostPort?

    @Flag(inversion: .prefixedNo, help: "Run the Chaos Center beside the cluster.")
    var center = true

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
            if let centerListen { settings.center.listen = centerListen }
        }
    }

    private func up(_ interruption: Interruption) async throws {
        let settings = try settings(environment: ClusterOptions.processEnvironment)
        let center =
            center
            ? try CenterConfiguration(settings, listenOption: "--center-listen, or leave it out with --no-center") : nil
        center?.warn()
        let running = try await ChaosCluster.start(
            settings.cluster(storage: .directory(settings.dataDir), listen: settings.listen),
            logger: settings.logger(label: "litmus"))
        for limitation in running.limitations { TextOutput.standardError.write("warning: \(limitation)\n") }
        try await running.serve { _, url in
            let cluster = """
                The cluster is up at \(url)
                kubeconfig: \(running.kubeconfigPath)
                Try: kubectl --kubeconfig \(running.kubeconfigPath) get pods,chaosengines,chaosresults -A

                """
            guard let center else { return await Self.wait(cluster, interruption) }
            try await CenterServer.with(center, logger: settings.logger(label: "litmus.center")) { center in
                await Self.wait(cluster + center.greeting, interruption)
            }
        }
    }

    private static func wait(_ greeting: String, _ interruption: Interruption) async {
        TextOutput.standardOutput.write(greeting + "Ctrl-C stops it.\n")
        await interruption.wait()
        TextOutput.standardOutput.write("stopping\n")
    }
}
