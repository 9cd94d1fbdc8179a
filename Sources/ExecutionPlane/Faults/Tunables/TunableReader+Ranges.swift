import ChaosAPI

/// Values that may be given as a range `lo-hi`, both included, of which one is picked.
///
/// What is picked depends on the reader's seed and the variable's name only: neither on other variables nor on the order
/// in which they are read.
extension TunableReader {
    public func int(
        _ name: String, default fallback: Int, pickedIn bounds: ClosedRange<Int>
    ) throws(FaultError) -> Int {
        guard let text = value(name) else { return fallback }
        guard let range = Self.range(text), bounds.contains(range.lowerBound), bounds.contains(range.upperBound) else {
            throw .badValue(
                name, text,
                expected: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound), or a range (lo-hi) of them"
            )
        }
        return pick(name, range)
    }

    /// Percent, where everything above 100 counts as 100.
    public func percentage(_ name: String, default fallback: Int) throws(FaultError) -> Int {
        guard let text = value(name) else { return fallback }
        guard let range = Self.range(text), range.lowerBound >= 0 else {
            throw .badValue(name, text, expected: "0 to 100, or a range (30-60)")
        }
        return pick(name, min(range.lowerBound, 100)...min(range.upperBound, 100))
    }

    /// 0 to 100 percent as `tc` reads it, with decimals or a percent sign, or a range of whole numbers.
    public func share(_ name: String, default fallback: Double) throws(FaultError) -> Double {
        guard let text = value(name) else { return fallback }
        let number = text.hasSuffix("%") ? text.dropLast().trimmed : text
        if let range = Self.range(number), 0 <= range.lowerBound, range.upperBound <= 100 {
            return Double(pick(name, range))
        }
        let isDecimal = number.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
        guard isDecimal, let share = Double(number), (0...100).contains(share) else {
            throw .badValue(name, text, expected: "0 to 100 percent (30 or 12.5), or a range (50-70)")
        }
        return share
    }

    /// `SEQUENCE`, in any case of letters; `random` picks one of the two.
    public func sequence() throws(FaultError) -> StepSequence {
        let text = string("SEQUENCE", default: StepSequence.parallel.rawValue)
        if text.lowercased() == "random" { return pick("SEQUENCE", 0...1) == 0 ? .serial : .parallel }
        guard let sequence = StepSequence(rawValue: text.lowercased()) else {
            throw FaultError(.generic, "'\(text)' sequence is not supported: SEQUENCE is serial, parallel or random")
        }
        return sequence
    }

    private func pick(_ name: String, _ range: ClosedRange<Int>) -> Int {
        // FNV-1a gives every variable a stream of its own.
        let stream = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var generator = SeededGenerator(seed: seed, stream: stream)
        return Int.random(in: range, using: &generator)
    }

    /// `30` or `30-60`; nil for anything else.
    private static func range(_ text: String) -> ClosedRange<Int>? {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0.trimmed) }
        guard (1...2).contains(bounds.count), let lower = bounds[0], let upper = bounds[bounds.count - 1],
            lower <= upper
        else { return nil }
        return lower...upper
    }
}
