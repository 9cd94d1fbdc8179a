/// Network devices, addresses and routes through `ip -batch`, one process for many commands.
public enum IPRoute {
    /// Runs commands (each without the leading `ip`) in order; the first that fails ends it.
    public static func batch(_ commands: [String], namespace: String? = nil) async throws {
        try await run(["-batch", "-"], commands, namespace)
    }

    /// Runs all commands; failures are ignored, for removing what may be gone already.
    public static func batchIgnoringErrors(_ commands: [String]) async {
        _ = try? await run(["-force", "-batch", "-"], commands, nil)
    }

    private static func run(_ options: [String], _ commands: [String], _ namespace: String?) async throws {
        let input = commands.joined(separator: "\n") + "\n"
        try await Tool.run(.ip, options, input: input, namespaces: namespace.map { [$0] } ?? [])
    }

    /// Names of this network namespace's devices.
    public static func devices() -> [String] {
        FileTree.names(in: "/sys/class/net")
    }
}
