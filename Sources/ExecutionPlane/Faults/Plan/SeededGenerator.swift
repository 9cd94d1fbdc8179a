/// Random numbers that a seed repeats: SplitMix64 (Steele, Lea, Flood 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameter stream: separates the choices of one seed, such as those of its rounds, from one another.
    public init(seed: UInt64, stream: UInt64 = 0) {
        state = seed
        if stream > 0 {
            state = seed ^ (stream &* 0x9E37_79B9_7F4A_7C15)
            state = next()
        }
    }

    /// For the choice of a round's targets.
    /// - Parameters:
    ///   - round: counted from 0.
    ///   - repetition: counted from 1.
    public init(seed: UInt64, round: Int, repetition: UInt64) {
        self.init(seed: seed, stream: UInt64(round) << 32 | repetition)
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
