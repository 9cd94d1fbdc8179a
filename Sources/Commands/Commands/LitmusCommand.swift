import ArgumentParser

/// The `litmus` executable.
public struct LitmusCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "litmus",
        abstract: "Chaos engineering: inject faults into what you run, and learn how it fails.",
        subcommands: [
            RunCommand.self, PlanCommand.self, UpCommand.self, CenterCommand.self, HaltCommand.self, ResumeCommand.self,
            RevertCommand.self, FaultsCommand.self, InstallCommand.self, UninstallCommand.self, ManifestsCommand.self,
            RBACCommand.self, BackupCommand.self, RestoreCommand.self, VersionCommand.self, AgentCommand.self,
            RunnerCommand.self, ExperimentCommand.self,
            InjectCommand.self, NodeAgentCommand.self, WatchdogCommand.self, SampleApplication.self,
        ])

    public init() {}

    /// Parses the process's arguments and runs the subcommand; ends the process with its exit code.
    ///
    /// A mistake in the arguments is a mistake in the input: it ends with 2 as all of those do.
    public static func start() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure else { exit(withError: error) }
            TextOutput.standardError.write(fullMessage(for: error) + "\n")
            exit(withError: ExitCode(2))
        }
    }
}
