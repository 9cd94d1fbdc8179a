/// Lets a few at a time do something of the same name, and a bounded number wait, first come, first served. With a width of
/// 1, a lock for each name.
actor KeyedLimiter {
    private struct Queue {
        var running = 0
        var waiting: [(id: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let width: Int
    private let waiting: Int
    private var queues: [String: Queue] = [:]
    private var lastID: UInt64 = 0

    /// - Parameters:
    ///   - width: how many at a time, of one name.
    ///   - waiting: how many may wait, of one name.
    init(width: Int, waiting: Int = 200) {
        self.width = max(width, 1)
        self.waiting = waiting
    }

    /// Names that somebody holds or waits for.
    var busy: Set<String> { Set(queues.keys) }

    /// - Throws: what the body throws; `CancellationError` while it waits; `CenterError.unavailable` when too many do.
    nonisolated func run<Output: Sendable>(
        _ key: String, _ body: @Sendable () async throws -> Output
    ) async throws -> Output {
        try await enter(key)
        do {
            let output = try await body()
            await leave(key)
            return output
        } catch {
            await leave(key)
            throw error
        }
    }

    private func enter(_ key: String) async throws {
        if queues[key, default: Queue()].running < width {
            queues[key, default: Queue()].running += 1
            return
        }
        guard queues[key, default: Queue()].waiting.count < waiting else {
            throw CenterError.unavailable("too many wait for this; try again in a minute")
        }
        lastID += 1
        let id = lastID
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                // The cancellation may have come first; its handler finds nothing then.
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                queues[key, default: Queue()].waiting.append((id, continuation))
            }
        } onCancel: {
            Task { await self.abandon(key, id) }
        }
    }

    private func abandon(_ key: String, _ id: UInt64) {
        guard let index = queues[key]?.waiting.firstIndex(where: { $0.id == id }) else { return }
        queues[key]?.waiting.remove(at: index).continuation.resume(throwing: CancellationError())
    }

    private func leave(_ key: String) {
        guard var queue = queues[key] else { return }
        if queue.waiting.isEmpty {
            queue.running -= 1
            queues[key] = queue.running > 0 ? queue : nil
        } else {
            let next = queue.waiting.removeFirst()
            queues[key] = queue
            next.continuation.resume()
        }
    }
}
