import KubernetesAPI

/// Where the API server gets commands in containers run.
public protocol PodCommandSource: Sendable {
    /// Checks that the command's container runs.
    /// - Throws: `Status` 400 when the container must be named, is none of the pod's or does not run.
    func prepare(_ options: ExecOptions, in pod: Pod) async throws -> PreparedCommand
}

/// A command that may be started: the request was allowed, and its container runs.
public struct PreparedCommand: Sendable {
    /// Starts it. That it cannot be executed is told by the session's events.
    public var start: @Sendable () async throws -> PodCommand

    public init(start: @escaping @Sendable () async throws -> PodCommand) { self.start = start }
}

/// A command that runs in a container.
public struct PodCommand: Sendable {
    public var session: any ExecSession
    /// Tells the command's terminal its size, in characters.
    public var resize: @Sendable (_ columns: Int, _ rows: Int) -> Void

    public init(session: any ExecSession, resize: @escaping @Sendable (Int, Int) -> Void = { _, _ in }) {
        self.session = session
        self.resize = resize
    }
}
