/// Whether a loss happened as it was asked for, decided from counts.
struct LossJudgement: Sendable, Hashable {
    /// Percent.
    var asked: Double
    /// Of the rules' own counters; nil when they could never be read.
    var count: LossCount?
    /// Packets that went through the interface in the same time, whatever the filter says; nil when not known.
    var interfacePackets: UInt64?
    /// Whether the filter lets every packet through to the decision.
    var isUnfiltered: Bool
    /// Why the rules are known not to have been there all the time; nil when they were.
    var tampering: String?

    struct Result: Sendable, Hashable {
        var outcome: InjectionEffect.Outcome
        /// Percent.
        var measured: Double?
        var sample: String
        var remark: String
    }

    /// Traffic that an unfiltered rule cannot have overlooked.
    static let muchTraffic: UInt64 = 100
    /// Expected losses below which chance says too little.
    static let enoughLosses = 16.0

    var result: Result {
        let measured = count.flatMap { $0.seen == 0 ? nil : Double($0.lost) / Double($0.seen) * 100 }
        let sample = count.map { "\($0.lost) of \($0.seen) packets" } ?? "no counters"
        let (outcome, remark) = verdict
        return Result(outcome: outcome, measured: measured, sample: sample, remark: remark)
    }

    private var verdict: (InjectionEffect.Outcome, String) {
        if let tampering { return (.notInjected, tampering) }
        guard let count else { return (.inconclusive, "the counters could not be read") }
        guard count.seen > 0 else {
            if isUnfiltered, let interfacePackets, interfacePackets >= Self.muchTraffic {
                return (.notInjected, "\(interfacePackets) packets went through the interface, none through the rules")
            }
            return (.inconclusive, "no packet of the target matched: it was idle")
        }
        let share = asked / 100
        if share <= 0 { return (count.lost == 0 ? .confirmed : .notInjected, "") }
        if share >= 1 { return count.lost == count.seen ? (.confirmed, "") : (.notInjected, "packets passed") }
        return chance(Double(count.seen), Double(count.lost), share)
    }

    /// A binomial distribution: within four standard deviations it is the asked share, beyond five it is not.
    private func chance(_ seen: Double, _ lost: Double, _ share: Double) -> (InjectionEffect.Outcome, String) {
        let expected = seen * share
        let deviation = (seen * share * (1 - share)).squareRoot()
        let distance = abs(lost - expected)
        guard min(expected, seen - expected) >= Self.enoughLosses || distance > 5 * deviation + 1 else {
            return (.inconclusive, "too few packets: \(expected.short) losses were to be expected")
        }
        if distance <= 4 * deviation { return (.confirmed, "") }
        let remark = "\(expected.rounded().short) ± \((4 * deviation).rounded().short) losses were to be expected"
        return (distance > 5 * deviation + 1 ? .notInjected : .inconclusive, remark)
    }
}
