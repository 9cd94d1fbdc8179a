import KubernetesAPI

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A JSON value with awkward strings and numbers.
    mutating func json(depth: Int = 4) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .int(Int64.random(in: .min ... .max, using: &self))
        case 3: return .int(Int64.random(in: -10...10, using: &self))
        case 4: return .double(Double.random(in: -1e9...1e9, using: &self) / 3)
        case 5, 6: return .string(string())
        case 7: return .array((0..<Int.random(in: 0..<4, using: &self)).map { _ in json(depth: depth - 1) })
        default:
            var members: [String: JSON] = [:]
            for _ in 0..<Int.random(in: 0..<4, using: &self) { members[string()] = json(depth: depth - 1) }
            return .object(members)
        }
    }

    mutating func string() -> String {
        let pieces = [
            "", "a", "yes", "null", "1", "1e3", "~", "0x1F", ": ", " #", "- ", "\n", "\"", "\\", "\u{0}", "\u{1F}",
            "\t", "\u{7F}",
            "ü", "漢", "😀", "\u{2028}", "'", "{", "]", "%", "@", "&", "*", "!", "|", ">", "1:30", "2026-11-24", ".5",
            "on",
        ]
        return (0..<Int.random(in: 0..<4, using: &self)).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
    }
}
