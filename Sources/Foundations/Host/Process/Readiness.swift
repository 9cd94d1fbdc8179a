import Synchronization

/// Something that happens once, and one task that waits for it.
final class Readiness: Sendable {
    private enum State {
        case pending
        case waiting(CheckedContinuation<Void, Never>)
        case done
    }

    private let state = Mutex(State.pending)

    func fire() {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .done }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }

    /// Returns also when the task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if case .done = state { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            fire()
        }
    }
}

extension EventLoop {
    /// Waits until one of the descriptors can be read (or, `forWriting`, written) without waiting, `interruption` fires or
    /// the task is cancelled. None of them may be watched otherwise.
    func wait(for descriptors: [Descriptor], forWriting: Bool = false, interruption: Readiness) async throws {
        var tokens: [UInt64] = []
        defer { for token in tokens { stop(token) } }
        for descriptor in descriptors {
            tokens.append(try watch(descriptor, forWriting: forWriting) { _ in interruption.fire() })
        }
        await interruption.wait()
    }
}
