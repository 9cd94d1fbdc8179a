import CLinux
import Glibc
import Synchronization

/// How a process ended.
public struct ProcessExit: Sendable, Hashable {
    /// 128 + signal when a signal ended it.
    public var code: Int32
    public var signal: Int32?

    public init(code: Int32, signal: Int32? = nil) {
        self.code = code
        self.signal = signal
    }
}

/// A process behind a pidfd, so that its number cannot be taken for another's. Its end is known without polling.
public final class ChildProcess: Sendable {
    private struct Ended {
        var value: ProcessExit?
    }

    private struct State {
        var exit: Ended?
        var waiting: [UInt64: CheckedContinuation<ProcessExit?, any Error>] = [:]
        var cancelled: Set<UInt64> = []
        var lastWaiter: UInt64 = 0
    }

    public let pid: Int32
    private let pidfd: Descriptor
    private let state = Mutex(State())

    init(pid: Int32, pidfd: Descriptor) throws {
        self.pid = pid
        self.pidfd = pidfd
        Self.watched.withLock { _ = $0.insert(pid) }
        do {
            _ = try EventLoop.required().watch(pidfd) { token in self.reap(token) }
        } catch {
            Self.watched.withLock { _ = $0.remove(pid) }
            throw error
        }
    }

    /// Those whose exit code somebody may be waiting for.
    static let watched = Mutex<Set<Int32>>([])

    /// A running process that this one did not start. Its exit code is known only if it is a child of ours (also one
    /// that a subreaper inherited).
    public static func existing(pid: Int32) throws -> ChildProcess {
        let number = clinux_pidfd_open(pid)
        guard number >= 0 else { throw HostError.last("open the process", String(pid)) }
        return try ChildProcess(pid: pid, pidfd: Descriptor(owning: number))
    }

    /// Descendants whose parent died become children of this process instead of init's. Once per process.
    public static func adoptOrphans() throws {
        guard clinux_set_subreaper() == 0 else { throw HostError.last("become a subreaper") }
    }

    /// How it ended, nil when it was nobody's child of ours.
    public func wait() async throws -> ProcessExit? {
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                register(waiter, continuation)
            }
        } onCancel: {
            cancel(waiter)
        }
    }

    /// Waits; at the limit, and when the calling task is cancelled, kills the process's whole group.
    public func wait(killingAfter limit: Duration) async throws -> (exit: ProcessExit?, timedOut: Bool) {
        let timedOut = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await self.wait()
                } catch {
                    self.signalGroup(SIGKILL)
                    throw error
                }
                return false
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return true
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        if timedOut { signalGroup(SIGKILL) }
        return (try await wait(), timedOut)
    }

    public var hasEnded: Bool {
        state.withLock { $0.exit != nil }
    }

    /// A process that has ended is no error.
    public func signal(_ signal: Int32) throws {
        guard clinux_pidfd_send_signal(pidfd.number, signal) == 0 || errno == ESRCH else {
            throw HostError.last("send signal \(signal) to process", String(pid))
        }
    }

    /// Signals the process group that the process leads, which may outlive it.
    public func signalGroup(_ signal: Int32) {
        kill(-pid, signal)
    }

    private func register(_ waiter: UInt64, _ continuation: CheckedContinuation<ProcessExit?, any Error>) {
        let result: Result<ProcessExit?, any Error>? = state.withLock { state in
            if let exit = state.exit { return .success(exit.value) }
            // The cancellation may come first and finds no continuation then.
            if state.cancelled.remove(waiter) != nil { return .failure(CancellationError()) }
            state.waiting[waiter] = continuation
            return nil
        }
        if let result { continuation.resume(with: result) }
    }

    private func cancel(_ waiter: UInt64) {
        let continuation = state.withLock { state in
            let found = state.waiting.removeValue(forKey: waiter)
            if found == nil { state.cancelled.insert(waiter) }
            return found
        }
        continuation?.resume(throwing: CancellationError())
    }

    private func reap(_ token: UInt64) {
        var code: Int32 = 0
        var signal: Int32 = 0
        let status = clinux_reap(pidfd.number, &code, &signal)
        if status == 0 { return }
        EventLoop.shared?.stop(token)
        Self.watched.withLock { _ = $0.remove(pid) }
        let exit = status == 1 ? ProcessExit(code: code, signal: signal == 0 ? nil : signal) : nil
        let waiting = state.withLock { state in
            state.exit = Ended(value: exit)
            defer { state.waiting = [:] }
            return state.waiting.values.map { $0 }
        }
        for continuation in waiting { continuation.resume(returning: exit) }
    }
}
