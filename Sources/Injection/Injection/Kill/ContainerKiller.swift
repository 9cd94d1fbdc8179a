import Glibc
import Host

/// Ends the first process of a container.
struct ContainerKiller: Sendable {
    var processes = ProcessTable()

    /// Returns when the process is gone.
    /// - Parameter limit: how long it may take altogether.
    /// - Throws: `InjectionError` when it is still there then.
    func kill(_ target: ResolvedTarget, _ kill: ContainerKill, limit: Duration) async throws {
        guard let process = try? ChildProcess.existing(pid: target.pid),
            // The number could have been another's by the time it was opened.
            processes.isAlive(target.pid, startTime: target.startTime)
        else { return }
        try process.signal(kill.signal == .kill ? SIGKILL : SIGTERM)
        let patience = kill.killAfterMilliseconds.map { min(.milliseconds($0), limit) }
        if try await ended(process, within: patience ?? limit) { return }
        if patience != nil {
            try process.signal(SIGKILL)
            if try await ended(process, within: limit) { return }
        }
        throw InjectionError(
            code: .inject,
            reason: "the first process (\(target.pid)) of container \(target.reference.container) of pod "
                + "\(target.reference.pod) has not ended \(limit) after \(kill.signal.rawValue): "
                + "it ignores the signal; use SIGKILL",
            target: target.reference)
    }

    private func ended(_ process: ChildProcess, within limit: Duration) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                _ = try await process.wait()
                return true
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }
}
