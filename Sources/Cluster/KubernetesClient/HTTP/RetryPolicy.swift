/// When a request is sent again. Pure: no clock, no chance.
public struct RetryPolicy: Sendable, Hashable {
    /// All sendings of one request, the first included.
    public var maximumAttempts = 5
    public var firstDelay = Duration.milliseconds(100)
    public var maximumDelay = Duration.seconds(5)
    /// A longer `Retry-After` is not waited for.
    public var maximumRetryAfter = Duration.seconds(60)

    public init() {}

    /// How a sending ended without a usable answer.
    public enum Failure: Sendable, Hashable {
        /// An answer with an error code, and its `Retry-After`.
        case answer(code: Int, retryAfter: Duration?)
        /// The server was not reached, so it cannot have acted.
        case notConnected
        /// The connection broke after the request was sent: the server may have acted.
        case broken
        /// Whatever comes, it will be the same again: a refused certificate, a time-out.
        case final
    }

    /// - Parameters:
    ///   - attempt: how often the request was sent, from 1.
    ///   - isIdempotent: whether sending it twice is as good as once.
    ///   - jitter: 0..<1, spreads the delays of many clients.
    /// - Returns: how long to wait before the next sending; nil gives up.
    public func delay(after failure: Failure, attempt: Int, isIdempotent: Bool, jitter: Double) -> Duration? {
        guard attempt < maximumAttempts else { return nil }
        switch failure {
        case .answer(429, let retryAfter): return wait(retryAfter, attempt, jitter)
        case .answer(500...599, let retryAfter?): return wait(retryAfter, attempt, jitter)
        case .answer(let code, nil):
            guard isIdempotent, [500, 502, 503, 504].contains(code) else { return nil }
            return backoff(attempt, jitter)
        case .notConnected: return backoff(attempt, jitter)
        case .broken: return isIdempotent ? backoff(attempt, jitter) : nil
        case .answer, .final: return nil
        }
    }

    private func wait(_ retryAfter: Duration?, _ attempt: Int, _ jitter: Double) -> Duration? {
        guard let retryAfter else { return backoff(attempt, jitter) }
        guard retryAfter <= maximumRetryAfter else { return nil }
        return retryAfter + firstDelay * jitter
    }

    /// Doubles with each attempt; jitter takes up to half of it away.
    private func backoff(_ attempt: Int, _ jitter: Double) -> Duration {
        let full = min(maximumDelay, firstDelay * Double(1 << min(attempt - 1, 20)))
        return full * (1 - jitter / 2)
    }
}
