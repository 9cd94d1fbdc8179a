/// Growing pauses between attempts: `base`, `base × factor`, … up to `limit`, each shortened or lengthened by up to
/// `jitter` of itself.
public struct Backoff: Sendable {
    public var base: Duration
    public var factor: Double
    public var limit: Duration
    /// A share, 0…1.
    public var jitter: Double
    private(set) var attempts = 0

    public init(base: Duration, factor: Double = 2, limit: Duration, jitter: Double = 0) {
        self.base = base
        self.factor = factor
        self.limit = limit
        self.jitter = jitter
    }

    /// The pause before the next attempt.
    public mutating func next() -> Duration {
        let pause = Self.pause(attempt: attempts, base: base, factor: factor, limit: limit)
        attempts += 1
        return jitter > 0 ? pause * (1 + Double.random(in: -jitter...jitter)) : pause
    }

    /// After a success: the next pause is `base` again.
    public mutating func reset() { attempts = 0 }

    static func pause(attempt: Int, base: Duration, factor: Double, limit: Duration) -> Duration {
        var pause = base
        for _ in 0..<attempt where pause < limit { pause = pause * factor }
        return min(pause, limit)
    }
}
