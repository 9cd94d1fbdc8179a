import Synchronization

/// Real time, but for sleeps of more than a minute: those end when they are told to.
final class PauseClock: Clock {
    private let base = ContinuousClock()
    private let state = Mutex((isPausing: false, mayProceed: false))

    var now: ContinuousClock.Instant { base.now }
    var minimumResolution: Duration { base.minimumResolution }

    /// Whether somebody sleeps for long.
    var isPausing: Bool { state.withLock(\.isPausing) }

    func proceed() { state.withLock { $0.mayProceed = true } }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        guard now.duration(to: deadline) > .seconds(60) else { return try await base.sleep(until: deadline) }
        state.withLock { $0.isPausing = true }
        while !state.withLock(\.mayProceed) { try await base.sleep(for: .milliseconds(2)) }
    }
}
