import DequeModule

/// What a work queue knows, without waiting or time of its own.
///
/// A key is in at most one of `ready` and `processing`. A key added while it is processed is `dirty` and becomes ready
/// once more when that ends, so changes are never lost and a key is never processed twice at once.
struct WorkQueueState<Key: Hashable & Sendable>: Sendable {
    private var ready: Deque<Key> = []
    private var dirty: Set<Key> = []
    private var processing: Set<Key> = []
    private var delayed: [Key: Duration] = [:]
    private var failures: [Key: Int] = [:]
    private var bucket: TokenBucket
    private let limits: WorkQueueLimits
    private(set) var isShutDown = false

    init(limits: WorkQueueLimits) {
        self.limits = limits
        bucket = TokenBucket(rate: limits.retriesPerSecond, burst: limits.retryBurst)
    }

    /// Keys that wait to be processed, not counting delayed ones.
    var count: Int { ready.count }
    var delayedCount: Int { delayed.count }
    var isIdle: Bool { ready.isEmpty && processing.isEmpty }

    mutating func add(_ key: Key) {
        guard !isShutDown, dirty.insert(key).inserted, !processing.contains(key) else { return }
        ready.append(key)
    }

    /// - Returns: whether a timer is needed for `time`; not so when the key comes earlier anyway.
    mutating func add(_ key: Key, at time: Duration) -> Bool {
        guard !isShutDown else { return false }
        if let earlier = delayed[key], earlier <= time { return false }
        delayed[key] = time
        return true
    }

    /// Makes delayed keys ready whose time has come.
    mutating func promote(at now: Duration) {
        for (key, time) in delayed where time <= now {
            delayed[key] = nil
            add(key)
        }
    }

    mutating func next() -> Key? {
        guard let key = ready.popFirst() else { return nil }
        dirty.remove(key)
        processing.insert(key)
        return key
    }

    mutating func done(_ key: Key) {
        processing.remove(key)
        if dirty.contains(key), !isShutDown { ready.append(key) }
    }

    /// Counts a failure of `key`.
    /// - Returns: how long it must wait, by its own back-off and by the limit of the whole queue.
    mutating func failureDelay(_ key: Key, at now: Duration) -> Duration {
        let attempt = failures[key, default: 0]
        failures[key] = attempt + 1
        let own = Backoff.pause(attempt: attempt, base: limits.baseDelay, factor: 2, limit: limits.maximumDelay)
        return max(own, bucket.reserve(at: now))
    }

    mutating func forget(_ key: Key) { failures[key] = nil }

    func failureCount(_ key: Key) -> Int { failures[key, default: 0] }

    mutating func shutDown() {
        isShutDown = true
        ready.removeAll()
        delayed.removeAll()
        dirty.removeAll()
    }
}

/// How fast failing keys come again.
public struct WorkQueueLimits: Sendable {
    /// The pause after a key's first failure; it doubles with each further one.
    public var baseDelay: Duration
    public var maximumDelay: Duration
    /// Of all keys together.
    public var retriesPerSecond: Double
    public var retryBurst: Int

    public init(
        baseDelay: Duration = .milliseconds(5), maximumDelay: Duration = .seconds(1000), retriesPerSecond: Double = 50,
        retryBurst: Int = 100
    ) {
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
        self.retriesPerSecond = retriesPerSecond
        self.retryBurst = retryBurst
    }
}
