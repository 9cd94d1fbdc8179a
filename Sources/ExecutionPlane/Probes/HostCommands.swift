import Host

/// Runs commands with `/bin/sh` of the machine, or the container, that this process runs in.
public struct HostCommands: CommandExecuting {
    public init() {}

    public func run(
        shell command: String, environment: [String: String], timeout: Duration?
    ) async throws -> CommandOutcome {
        CommandOutcome(exitCode: 127, output: "", errorOutput: "")
    }
}
