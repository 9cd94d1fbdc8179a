/// A time that runs out on some clock.
struct Countdown: Sendable {
    private let left: @Sendable () -> Duration
    private let wait: @Sendable (Duration) async throws -> Void

    init<C: Clock<Duration>>(_ duration: Duration, on clock: C) {
        let end = clock.now.advanced(by: duration)
        left = { clock.now.duration(to: end) }
        wait = { try await clock.sleep(for: $0) }
    }

    var isOver: Bool { left() <= .zero }

    /// Sleeps, but not beyond the end.
    /// - Throws: `CancellationError`.
    func sleep(_ duration: Duration) async throws {
        try Task.checkCancellation()
        try await wait(max(.zero, min(duration, left())))
    }
}

/// Random numbers that a seed repeats: SplitMix64 (Steele, Lea, Flood 2014).
struct PauseGenerator: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Runs `operation` to its end although the calling task is being cancelled: what was begun on a machine is finished.
func uninterrupted<Value: Sendable>(_ operation: @escaping @Sendable () async -> Value) async -> Value {
    await Task { await operation() }.value
}
