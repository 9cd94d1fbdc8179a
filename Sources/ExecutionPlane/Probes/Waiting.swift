/// A moment on any clock, or never.
struct Deadline: Sendable {
    private let left: @Sendable () -> Duration

    /// - Parameter duration: from now; nil is never.
    init(clock: some Clock<Duration>, in duration: Duration?) {
        guard let duration else {
            left = { .seconds(1_000_000_000) }
            return
        }
        let end = clock.now.advanced(by: duration)
        left = { clock.now.duration(to: end) }
    }

    /// Negative when it has passed.
    var remaining: Duration { left() }
}

extension Task<Void, Never> {
    /// Whether the task ends before `duration` has passed.
    func ends(within duration: Duration, clock: any Clock<Duration>) async -> Bool {
        let (ends, end) = AsyncStream<Bool>.makeStream()
        let watcher = Task<Void, Never> {
            await self.value
            end.yield(true)
        }
        let timer = Task<Void, Never> {
            guard (try? await clock.sleep(for: duration)) != nil else { return }
            end.yield(false)
        }
        defer {
            watcher.cancel()
            timer.cancel()
        }
        var iterator = ends.makeAsyncIterator()
        return await iterator.next() ?? false
    }
}
