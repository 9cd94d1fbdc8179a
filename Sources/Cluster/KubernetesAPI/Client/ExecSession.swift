/// A command that runs in a container.
///
/// Close it, drop it, or cancel the task that reads its events: each ends the session. What then becomes of the command is
/// the container runtime's affair: it is not told to end, but can neither read nor write any more.
public protocol ExecSession: Sendable {
    /// What the command prints, in order within each stream, and at last how it ended; then the stream ends. May be
    /// read once. A reader that lags behind holds the command up rather than filling memory.
    ///
    /// Throws `Status` where the command could not be run (no such program, container not running), and the transport's
    /// error when the session broke before the end was known.
    var events: AsyncThrowingStream<ExecEvent, any Error> { get }

    /// Whether `closeInput` works. The API has no word for it before Kubernetes 1.30 (`v5.channel.k8s.io`).
    var canCloseInput: Bool { get }

    /// Sends input to the command; waits while the server takes no more.
    /// - Throws: the transport's error when the session is over; `Status` 400 when it was opened without `stdin`.
    func write(_ bytes: [UInt8]) async throws

    /// The command reads the end of its input.
    /// - Throws: `Status` 501 when not `canCloseInput`.
    func closeInput() async throws

    /// Leaves the session; `events` ends. Does nothing when it is over already.
    func close() async
}

public enum ExecEvent: Sendable, Hashable {
    case stdout([UInt8])
    case stderr([UInt8])
    /// The last event. The code is 128 + the signal's number for a command that was killed.
    case exited(code: Int)
}

/// A command's output and end.
public struct ExecResult: Sendable, Hashable {
    public var stdout: [UInt8]
    public var stderr: [UInt8]
    public var exitCode: Int
    /// Whether there was more output than was wanted.
    public var isTruncated: Bool

    public init(stdout: [UInt8] = [], stderr: [UInt8] = [], exitCode: Int = 0, isTruncated: Bool = false) {
        self.stdout = stdout
        self.stderr = stderr
        self.exitCode = exitCode
        self.isTruncated = isTruncated
    }
}
