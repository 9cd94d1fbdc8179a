import Host

/// Runs commands with `/bin/sh` of the machine, or the container, that this process runs in.
public struct HostCommands: CommandExecuting {
    private static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// For a command without a timeout: longer than any experiment.
    private static let longest = Duration.seconds(86400)

    public init() {}

    public func run(
        shell command: String, environment: [String: String], timeout: Duration?
    ) async throws -> CommandOutcome {
        var variables = environment
        variables["PATH"] = variables["PATH"] ?? Self.searchPath
        let result = try await Tool.run(
            SpawnRequest(
                executable: "/bin/sh", arguments: ["/bin/sh", "-c", command],
                environment: variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }),
            timeout: timeout ?? Self.longest)
        return CommandOutcome(
            exitCode: result.exit.code, output: result.text, errorOutput: result.errorText,
            timedOut: result.timedOut)
    }
}
