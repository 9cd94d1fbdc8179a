import ArgumentParser
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

struct CenterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "center",
        abstract: "Run the Chaos Center: users, projects, experiments and their results, for many clusters.",
        discussion: """
            Serves the REST API of users and projects at /auth and the GraphQL API at /api/query, until Ctrl-C. \
            Everything is kept in the folder 'center' of the data directory, or in the database of --database.
            """)

    @Option(help: Setting.dataDir.help("Keep the data in the folder 'center' of this directory."))
    var dataDir: String?

    @Option(
        help: Setting.centerListen.help("Where to listen, as HOST:PORT."), transform: { try HostPort($0) })
    var listen: HostPort?

    @OptionGroup var center: CenterOptions

    @Option(help: Setting.logLevel.help("What is logged on standard error."), transform: ClusterOptions.logLevel)
    var logLevel: Logger.Level?

    @Option(help: ArgumentHelp("The configuration file, as for 'litmus up'.", valueName: "file"))
    var config: String?

    func settings(environment: [String: String]) throws -> CommandSettings {
        let file = try ConfigurationFile.find(
            named: config, defaults: ConfigurationFile.defaultPaths(environment: environment))
        var settings = try CommandSettings([.environment(environment)] + (file.map { [$0.source] } ?? []))
        if let dataDir { settings.dataDir = dataDir }
        if let logLevel { settings.logLevel = logLevel }
        if let listen { settings.center.listen = listen }
        center.apply(to: &settings)
        return settings
    }

    func run() async throws {
        try await CommandError.reporting {
            // Nothing is lost by an end at once: what was acknowledged is on the disk.
            try await Interruption.heeding(atSecond: { _exit(130) }, serve)
            return 0
        }
    }

    private func serve(_ interruption: Interruption) async throws {
        let settings = try settings(environment: ClusterOptions.processEnvironment)
        let configuration = try CenterConfiguration(settings, listenOption: "--listen")
        configuration.warn()
        try await CenterServer.with(configuration, logger: settings.logger(label: "litmus.center")) { center in
            TextOutput.standardOutput.write(center.greeting + "Ctrl-C stops it.\n")
            await interruption.wait()
            TextOutput.standardOutput.write("stopping\n")
        }
    }
}
