import Host
import KubernetesAPI

/// A command in a container as its user sees it. Closing the session, leaving its events or dropping it kills the command.
final class ProcessExecSession: ExecSession {
    let events: AsyncThrowingStream<ExecEvent, any Error>
    let canCloseInput = true
    private let process: AttachedProcess
    private let hasInput: Bool

    init(_ process: AttachedProcess, _ options: ExecOptions) {
        self.process = process
        hasInput = options.stdin
        events = AsyncThrowingStream {
            do {
                return try await process.next().map(ExecEvent.init)
            } catch {
                process.kill()
                throw error
            }
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        guard hasInput else { throw Status.badRequest("the command was started without standard input") }
        try await process.write(bytes)
    }

    func closeInput() async throws { process.closeInput() }

    func close() async { process.kill() }
}

extension ExecEvent {
    init(_ event: AttachedProcess.Event) {
        switch event {
        case .output(let bytes): self = .stdout(bytes)
        case .errorOutput(let bytes): self = .stderr(bytes)
        case .ended(let exit): self = .exited(code: exit.map { Int($0.code) } ?? 137)
        }
    }
}

/// A command that could not be run.
final class FailedExecSession: ExecSession {
    let events: AsyncThrowingStream<ExecEvent, any Error>
    let canCloseInput = true

    init(_ status: Status) { events = AsyncThrowingStream { throw status } }

    func write(_ bytes: [UInt8]) async throws {}
    func closeInput() async throws {}
    func close() async {}
}
