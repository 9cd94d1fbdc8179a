import ArgumentParser

/// The `litmus` executable.
public struct LitmusCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "litmus",
        abstract: "Chaos engineering: inject faults into what you run, and learn how it fails.",
        subcommands: [
            RunCommand.self, UpCommand.self, FaultsCommand.self, VersionCommand.self, RunnerCommand.self,
            ExperimentCommand.self, SampleApplication.self,
        ])

    public init() {}

    /// Parses the process's arguments and runs the subcommand; ends the process with its exit code.
    public static func start() async { await main() }
}
