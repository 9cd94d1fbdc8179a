import Synchronization

/// Knows how many tasks of one execution can still go on. When none can, because all wait for loaders, the batches that
/// have gathered are sent: each is then as large as it can become, and none waits longer than it must.
final class BatchScope: Sendable {
    @TaskLocal static var current: BatchScope?

    private struct State {
        var running = 1
        var groups: [Int: Int] = [:]
        var nextGroup = 0
        var batches: [@Sendable () -> Void] = []

        mutating func due() -> [@Sendable () -> Void] {
            guard running <= 0 else { return [] }
            defer { batches = [] }
            return batches
        }
    }

    private let state = Mutex(State())

    /// The current task is about to wait for `count` child tasks; one of them takes its place.
    func fork(_ count: Int) -> Int {
        state.withLock { state in
            state.running += count - 1
            state.nextGroup += 1
            state.groups[state.nextGroup] = count
            return state.nextGroup
        }
    }

    /// A child task of that group ends; the last one gives its place back to the parent.
    func finish(_ group: Int?) {
        guard let group else { return }
        let due = state.withLock { state in
            let left = (state.groups[group] ?? 1) - 1
            state.groups[group] = left > 0 ? left : nil
            if left > 0 { state.running -= 1 }
            return state.due()
        }
        for batch in due { batch() }
    }

    /// The current task is about to wait for a loader; `batch` is a batch that it has begun.
    func wait(startingBatch batch: (@Sendable () -> Void)?) {
        let due = state.withLock { state in
            if let batch { state.batches.append(batch) }
            state.running -= 1
            return state.due()
        }
        for batch in due { batch() }
    }

    /// `count` tasks that waited are about to go on.
    func resume(_ count: Int) { state.withLock { $0.running += count } }
}
