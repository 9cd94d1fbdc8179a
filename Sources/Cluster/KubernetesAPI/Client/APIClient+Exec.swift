extension APIClient {
    /// Clients that have no containers.
    public func exec(namespace: String, name: String, options: ExecOptions) async throws -> any ExecSession {
        throw Status.notImplemented("this cluster runs no commands in containers")
    }

    /// Runs a command in a container to its end. A code other than 0 is no error.
    ///
    /// - Parameters:
    ///   - input: what the command reads; the input then ends where the server can say so (`ExecSession.canCloseInput`).
    ///   - maximumOutput: bytes kept of each output; the rest is read and dropped.
    /// - Throws: `Status` where the command could not be run; `CancellationError`, the session closed.
    public func run(
        _ command: [String], namespace: String, pod: String, container: String? = nil, input: [UInt8]? = nil,
        maximumOutput: Int = 1 << 20
    ) async throws -> ExecResult {
        let session = try await exec(
            namespace: namespace, name: pod,
            options: ExecOptions(command: command, container: container, stdin: input != nil))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            if let input {
                // A command may end without having read all; how it ended is what counts.
                group.addTask {
                    try? await session.write(input)
                    if session.canCloseInput { try? await session.closeInput() }
                }
            }
            let result: Result<ExecResult, any Error>
            do {
                result = .success(try await session.collect(maximumOutput))
            } catch {
                result = .failure(error)
            }
            group.cancelAll()
            await session.close()
            return try result.get()
        }
    }
}

extension ExecSession {
    /// Reads all events. `maximum` bytes of each output are kept.
    fileprivate func collect(_ maximum: Int) async throws -> ExecResult {
        var result = ExecResult()
        func keep(_ bytes: [UInt8], in output: WritableKeyPath<ExecResult, [UInt8]>) {
            let room = max(0, maximum - result[keyPath: output].count)
            if bytes.count > room { result.isTruncated = true }
            result[keyPath: output] += bytes.prefix(room)
        }
        for try await event in events {
            switch event {
            case .stdout(let bytes): keep(bytes, in: \.stdout)
            case .stderr(let bytes): keep(bytes, in: \.stderr)
            case .exited(let code):
                result.exitCode = code
                return result
            }
        }
        try Task.checkCancellation()
        throw Status.internalError("the session ended before the command did")
    }
}
