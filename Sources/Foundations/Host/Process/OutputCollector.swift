import Synchronization

/// Reads a pipe as it fills, up to a limit; drains and drops what comes after it, so that the writer never blocks.
final class OutputCollector: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var token: UInt64?
    }

    private let pipe: Descriptor
    private let limit: Int
    private let state = Mutex(State())

    init(_ pipe: Descriptor, limit: Int) throws {
        self.pipe = pipe
        self.limit = limit
        let token = try EventLoop.required().watch(pipe) { [weak self] token in
            guard let self else { return EventLoop.shared?.stop(token) ?? () }
            if self.read() { EventLoop.shared?.stop(token) }
        }
        state.withLock { $0.token = token }
    }

    /// Takes what has arrived so far.
    func finish() -> [UInt8] {
        stop()
        _ = read()
        return state.withLock(\.bytes)
    }

    func stop() {
        let token = state.withLock { state in
            defer { state.token = nil }
            return state.token
        }
        if let token { EventLoop.shared?.stop(token) }
    }

    private func read() -> Bool {
        state.withLock { state in
            let (bytes, isAtEnd) = pipe.readAvailable(limit: 1 << 20)
            state.bytes.append(contentsOf: bytes.prefix(limit - state.bytes.count))
            return isAtEnd
        }
    }
}
