import KubernetesAPI

/// A clock behind two functions, so that any clock of `Duration` can be injected without making every type generic.
public struct TimeSource: Sendable {
    /// Time since an arbitrary origin.
    public let now: @Sendable () -> Duration
    /// Sleeps for a time; throws `CancellationError` when the task is cancelled.
    public let sleep: @Sendable (Duration) async throws -> Void
    /// The calendar's time, for time stamps in objects.
    public let wallClock: @Sendable () -> Timestamp

    public init<C: Clock>(_ clock: C, wallClock: @escaping @Sendable () -> Timestamp = { .now })
    where C.Duration == Duration {
        let origin = clock.now
        now = { origin.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
        self.wallClock = wallClock
    }

    /// The machine's monotonic clock.
    public static let continuous = TimeSource(ContinuousClock())
}
