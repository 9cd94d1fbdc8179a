import Synchronization
import UnixSignals

/// Ctrl-C or SIGTERM, heeded from the moment `heeding` is entered: a signal that arrives while nobody waits is kept.
final class Interruption: Sendable {
    private struct State {
        var isRequested = false
        var next = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// Whether the user wants an end.
    var isRequested: Bool { state.withLock(\.isRequested) }

    /// Runs `body` while the process's signals are caught.
    /// - Parameter atSecond: called when the user asks again, as the end takes too long.
    static func heeding<Value: Sendable>(
        atSecond: @escaping @Sendable () -> Void = {},
        _ body: @escaping @Sendable (Interruption) async throws -> Value
    ) async throws -> Value {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let interruption = Interruption()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals {
                    if interruption.isRequested { atSecond() }
                    interruption.request()
                }
            }
            defer { group.cancelAll() }
            return try await body(interruption)
        }
    }

    /// Wakes everybody who waits, and those who will.
    func request() {
        let waiters = state.withLock { state in
            state.isRequested = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when an end was requested, or when the task is cancelled.
    func wait() async {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Cancellation may have come before there was anything to resume.
                    guard !state.isRequested, !Task.isCancelled else { return true }
                    state.waiters[ticket] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume()
        }
    }
}
