import Synchronization

/// The answers being streamed, so that all of them can be ended at once when the server stops.
final class OpenStreams: Sendable {
    private struct State {
        var isClosed = false
        var next = 0
        var open: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// Registers a stream; `continuation` is finished when it must end, at once if the server is stopping.
    func add(_ continuation: AsyncStream<Void>.Continuation) -> Int {
        let (id, isClosed) = state.withLock { state in
            state.next += 1
            if !state.isClosed { state.open[state.next] = continuation }
            return (state.next, state.isClosed)
        }
        if isClosed { continuation.finish() }
        return id
    }

    func remove(_ id: Int) {
        state.withLock { _ = $0.open.removeValue(forKey: id) }
    }

    var count: Int { state.withLock { $0.open.count } }

    func closeAll() {
        let open = state.withLock { state in
            state.isClosed = true
            defer { state.open = [:] }
            return state.open
        }
        for continuation in open.values { continuation.finish() }
    }
}
