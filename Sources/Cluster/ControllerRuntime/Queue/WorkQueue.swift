import Synchronization

/// Keys to be worked on, each once however often it was added, with delays and back-off.
///
/// `run()` must be running for delayed keys to come. Adding never waits.
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct Shared {
        var state: WorkQueueState<Key>
        var waiters: [UInt64: CheckedContinuation<Key?, Never>] = [:]
        var lastWaiter: UInt64 = 0
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let shared: Mutex<Shared>
    private let time: TimeSource
    private let delays: AsyncStream<Duration>
    private let newDelay: AsyncStream<Duration>.Continuation

    public init(limits: WorkQueueLimits = WorkQueueLimits(), time: TimeSource = .continuous) {
        shared = Mutex(Shared(state: WorkQueueState(limits: limits)))
        self.time = time
        (delays, newDelay) = AsyncStream.makeStream()
    }

    /// Keys that are ready to be processed.
    public var count: Int { shared.withLock { $0.state.count } }

    public func add(_ key: Key) {
        change { $0.add(key) }
    }

    /// Adds the key after a time; the earliest of several times counts.
    public func add(_ key: Key, after delay: Duration) {
        guard delay > .zero else { return add(key) }
        let needsTimer = shared.withLock { $0.state.add(key, at: time.now() + delay) }
        if needsTimer { newDelay.yield(delay) }
    }

    /// Adds the key after its back-off, which grows with each call until `forget`.
    /// - Returns: that time.
    @discardableResult
    public func addAfterFailure(_ key: Key) -> Duration {
        let delay = shared.withLock { $0.state.failureDelay(key, at: time.now()) }
        add(key, after: delay)
        return delay
    }

    /// The key succeeded: its back-off begins anew.
    public func forget(_ key: Key) { shared.withLock { $0.state.forget(key) } }

    /// The failures of `key` since it last succeeded.
    public func failureCount(_ key: Key) -> Int { shared.withLock { $0.state.failureCount(key) } }

    /// Waits for a key; it counts as processed until `done`.
    /// - Returns: nil when the queue is shut down or the task cancelled.
    public func next() async -> Key? {
        let id = shared.withLock { shared in
            shared.lastWaiter += 1
            return shared.lastWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let key: Key?? = shared.withLock { shared in
                    if shared.state.isShutDown || Task.isCancelled { return .some(nil) }
                    if let key = shared.state.next() { return key }
                    shared.waiters[id] = continuation
                    return .none
                }
                if let key { continuation.resume(returning: key) }
            }
        } onCancel: {
            shared.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
        }
    }

    public func done(_ key: Key) {
        change { $0.done(key) }
    }

    /// Waits until no key is ready or processed. Delayed keys do not count.
    public func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = shared.withLock { shared in
                if !shared.state.isIdle { shared.idleWaiters.append(continuation) }
                return shared.state.isIdle
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Makes delayed keys ready when their time comes, until the task is cancelled or the queue shut down.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await delay in delays {
                group.addTask { [time] in
                    guard (try? await time.sleep(delay)) != nil else { return }
                    let now = time.now()
                    self.change { $0.promote(at: now) }
                }
            }
            group.cancelAll()
        }
    }

    /// Ends all waiting for keys; keys added from now on are dropped.
    public func shutDown() {
        newDelay.finish()
        let (waiters, idle) = shared.withLock { shared in
            shared.state.shutDown()
            defer {
                shared.waiters = [:]
                shared.idleWaiters = []
            }
            return (shared.waiters, shared.idleWaiters)
        }
        for waiter in waiters.values { waiter.resume(returning: nil) }
        for waiter in idle { waiter.resume() }
    }

    /// Changes the state, then hands ready keys to those who wait.
    private func change(_ body: (inout WorkQueueState<Key>) -> Void) {
        var handed: [(CheckedContinuation<Key?, Never>, Key)] = []
        var idle: [CheckedContinuation<Void, Never>] = []
        shared.withLock { shared in
            body(&shared.state)
            while let id = shared.waiters.keys.min(), let key = shared.state.next() {
                guard let waiter = shared.waiters.removeValue(forKey: id) else { break }
                handed.append((waiter, key))
            }
            if shared.state.isIdle {
                idle = shared.idleWaiters
                shared.idleWaiters = []
            }
        }
        for (waiter, key) in handed { waiter.resume(returning: key) }
        for waiter in idle { waiter.resume() }
    }
}
