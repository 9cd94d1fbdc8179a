/// Whether a stress used the processors as it was asked to, decided from the time that it got.
struct StressJudgement: Sendable, Hashable {
    var stress: CPUStress
    /// Processors that the target may run on.
    var processors: Int
    /// Cores that the target's limits leave to it; nil without a limit.
    var quota: Double?
    /// Processor time that the stress used, and the time it had, in seconds.
    var used: Double?
    var elapsed: Double
    /// Processor time that nobody used on the node meanwhile, in seconds; nil when not known.
    var idle: Double?
    /// Why the stress is known not to have been there all the time; nil when it was, or ended with its container.
    var tampering: String?

    struct Result: Sendable, Hashable {
        var outcome: InjectionEffect.Outcome
        /// Cores.
        var asked: Double
        var measured: Double?
        var sample: String
        var remark: String
    }

    /// Shorter than this, starting the workers weighs too much.
    static let enoughSeconds = 0.5

    /// Cores, before any limit.
    var asked: Double {
        Double(stress.workers == 0 ? processors : stress.workers) * Double(stress.load) / 100
    }

    var result: Result {
        let possible = min(asked, quota ?? .infinity, Double(processors))
        guard let used, elapsed > 0 else {
            return Result(
                outcome: tampering == nil ? .inconclusive : .notInjected, asked: asked, sample: "no processor time",
                remark: tampering ?? "its control group was gone: the container has ended meanwhile")
        }
        let measured = used / elapsed
        let sample = "\(used.rounded(to: 2)) s of processor time in \(elapsed.rounded(to: 2)) s"
        let limit = possible < asked ? "the target's limits leave \(possible.rounded(to: 2)) cores to it" : ""
        let (outcome, remark) = verdict(measured, possible, limit)
        return Result(
            outcome: outcome, asked: asked, measured: measured.rounded, sample: sample, remark: remark)
    }

    private func verdict(
        _ measured: Double, _ possible: Double, _ limit: String
    ) -> (InjectionEffect.Outcome, String) {
        if let tampering { return (.notInjected, tampering) }
        guard elapsed >= Self.enoughSeconds else { return (.inconclusive, "it lasted too short to be measured") }
        if possible == 0 || measured >= 0.8 * possible { return (.confirmed, limit) }
        // Where nothing was left to get, as on a node with many targets, little says nothing.
        let isStarved = idle.map { $0 / elapsed < 0.5 * (possible - measured) } ?? false
        if measured < 0.2 * possible, !isStarved {
            return (.notInjected, limit.isEmpty ? "the stress got almost no processor time" : limit)
        }
        let others = "others shared the processors or the target its limit with the stress"
        return (.inconclusive, limit.isEmpty ? others : limit + "; " + others)
    }
}

extension Double {
    /// To three decimals.
    fileprivate var rounded: Double { (self * 1000).rounded() / 1000 }

    func rounded(to digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { result, _ in result * 10 }
        return ((self * scale).rounded() / scale).short
    }
}
