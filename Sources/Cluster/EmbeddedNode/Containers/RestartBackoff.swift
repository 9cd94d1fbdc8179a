/// How long a container that keeps ending waits for its next start.
///
/// The first restart is at once, then the delay doubles from `base` to `maximum`, as the kubelet does.
public struct RestartBackoff: Sendable, Hashable {
    public var base: Duration
    public var maximum: Duration

    public init(base: Duration = .seconds(10), maximum: Duration = .seconds(300)) {
        self.base = base
        self.maximum = maximum
    }

    /// A container that ran this long starts again with the first delay.
    public var resetAfter: Duration { maximum * 2 }

    /// - Parameter restarts: restarts so far since the last reset.
    public func delay(afterRestarts restarts: Int) -> Duration {
        guard restarts > 0 else { return .zero }
        let factor = restarts > 20 ? 1 << 20 : 1 << (restarts - 1)
        return min(base * factor, maximum)
    }
}
