/// SplitMix64: the same numbers for the same seed.
public struct FuzzGenerator: RandomNumberGenerator, Sendable {
    public let seed: UInt64
    private var state: UInt64

    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// For the comment of an expectation.
    public var name: String { "LITMUS_FUZZ_SEED=\(seed)" }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// From 0 to one less than the bound.
    public mutating func number(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    public mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

    public mutating func pick<Item>(_ items: [Item]) -> Item { items[number(items.count)] }
}
