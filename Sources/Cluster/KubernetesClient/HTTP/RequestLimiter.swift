import ControllerRuntime
import Synchronization

/// How many requests a client sends. A watch, a log and a session count once, when they are opened; retries count.
public struct RateLimit: Sendable, Hashable {
    public var requestsPerSecond: Double
    /// So many may be sent at once after a pause.
    public var burst: Int

    public init(requestsPerSecond: Double, burst: Int) {
        self.requestsPerSecond = requestsPerSecond
        self.burst = burst
    }
}

/// Makes requests wait for their turn, first come first served.
final class RequestLimiter: Sendable {
    private let bucket: Mutex<TokenBucket>
    private let time: TimeSource

    init(_ limit: RateLimit, time: TimeSource) {
        bucket = Mutex(TokenBucket(rate: limit.requestsPerSecond, burst: max(1, limit.burst)))
        self.time = time
    }

    /// - Throws: `CancellationError`.
    func turn() async throws {
        let pause = bucket.withLock { $0.reserve(at: time.now()) }
        if pause > .zero { try await time.sleep(pause) }
    }
}
