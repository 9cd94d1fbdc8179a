/// What to run in a container of a running pod (core/v1 `PodExecOptions`).
public struct ExecOptions: Sendable, Hashable {
    /// Program and arguments; no shell is involved.
    public var command: [String]
    /// nil: the pod's default container, which must be the only one on servers before 1.24.
    public var container: String?
    /// Whether the command gets what `ExecSession.write` sends; without, it reads the end of its input at once.
    public var stdin: Bool
    public var stdout: Bool
    /// Not together with `tty`, which has one output only.
    public var stderr: Bool
    /// The command gets a terminal.
    public var tty: Bool

    public init(
        command: [String], container: String? = nil, stdin: Bool = false, stdout: Bool = true, stderr: Bool = true,
        tty: Bool = false
    ) {
        self.command = command
        self.container = container
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr && !tty
        self.tty = tty
    }
}
