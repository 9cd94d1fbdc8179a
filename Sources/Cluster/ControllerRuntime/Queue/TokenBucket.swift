/// Limits a rate: `rate` tokens a second flow in, at most `burst` are kept.
public struct TokenBucket: Sendable {
    private let rate: Double
    private let burst: Double
    private var tokens: Double
    private var last = Duration.zero

    /// - Parameter rate: tokens a second.
    public init(rate: Double, burst: Int) {
        self.rate = rate
        self.burst = Double(burst)
        tokens = Double(burst)
    }

    /// Takes one token, in advance where there is none.
    /// - Returns: how long to wait until the token is really there.
    public mutating func reserve(at now: Duration) -> Duration {
        tokens = min(burst, tokens + max(0, (now - last) / .seconds(1)) * rate)
        last = max(last, now)
        tokens -= 1
        return tokens >= 0 ? .zero : .seconds(-tokens / rate)
    }
}
