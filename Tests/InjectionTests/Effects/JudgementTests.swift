import Testing

@testable import Injection

@Suite struct JudgementTests {
    struct Loss: Sendable, CustomTestStringConvertible {
        var asked: Double
        var lost: UInt64
        var seen: UInt64
        var outcome: InjectionEffect.Outcome

        var testDescription: String { "\(lost) of \(seen) at \(asked) %" }
    }

    @Test(
        "a loss is confirmed, missing or undecided as chance has it",
        arguments: [
            Loss(asked: 30, lost: 588, seen: 2000, outcome: .confirmed),
            Loss(asked: 30, lost: 300, seen: 2000, outcome: .notInjected),
            Loss(asked: 30, lost: 0, seen: 2000, outcome: .notInjected),
            Loss(asked: 30, lost: 1, seen: 10, outcome: .inconclusive),
            Loss(asked: 30, lost: 695, seen: 2000, outcome: .inconclusive),
            Loss(asked: 0.01, lost: 0, seen: 1000, outcome: .inconclusive),
            Loss(asked: 0.01, lost: 22, seen: 200_000, outcome: .confirmed),
            Loss(asked: 99.99, lost: 500, seen: 500, outcome: .inconclusive),
            Loss(asked: 100, lost: 1, seen: 1, outcome: .confirmed),
            Loss(asked: 100, lost: 9, seen: 10, outcome: .notInjected),
            Loss(asked: 100, lost: 0, seen: 0, outcome: .inconclusive),
            Loss(asked: 0, lost: 0, seen: 5, outcome: .confirmed),
        ])
    func loss(_ example: Loss) {
        let judgement = LossJudgement(
            asked: example.asked, count: LossCount(seen: example.seen, lost: example.lost), isUnfiltered: true)
        #expect(judgement.result.outcome == example.outcome)
    }

    @Test("an unfiltered rule that sees nothing of much traffic was not applied; a filtered one may be idle")
    func interface() {
        var judgement = LossJudgement(
            asked: 30, count: LossCount(), interfacePackets: 5000, isUnfiltered: true)
        #expect(judgement.result.outcome == .notInjected)
        #expect(judgement.result.remark.contains("5000 packets"))
        judgement.isUnfiltered = false
        #expect(judgement.result.outcome == .inconclusive)
        judgement.isUnfiltered = true
        judgement.interfacePackets = 10
        #expect(judgement.result.outcome == .inconclusive)
        #expect(judgement.result.measured == nil)
    }

    @Test("rules that were removed meanwhile outweigh every count")
    func tampering() {
        let judgement = LossJudgement(
            asked: 50, count: LossCount(seen: 1000, lost: 500), isUnfiltered: true, tampering: "removed")
        #expect(judgement.result.outcome == .notInjected)
        #expect(judgement.result.remark == "removed")
        #expect(judgement.result.measured == 50)
    }

    @Test(
        "a stress is measured against what the target's limits leave",
        arguments: [
            (0.95, nil, InjectionEffect.Outcome.confirmed), (0.5, nil, .inconclusive), (0.1, nil, .notInjected),
            (0.45, 0.5, .confirmed), (0.05, 0.5, .notInjected),
        ] as [(Double, Double?, InjectionEffect.Outcome)])
    func stress(cores: Double, quota: Double?, outcome: InjectionEffect.Outcome) {
        let judgement = StressJudgement(
            stress: CPUStress(workers: 1), processors: 2, quota: quota, used: cores * 10, elapsed: 10)
        #expect(judgement.result.outcome == outcome)
        #expect(judgement.result.measured == cores)
        #expect(judgement.result.asked == 1)
        #expect(judgement.result.remark.contains("0.5 cores") == (quota != nil))
    }

    @Test("as many workers as processors are meant by none, and processors bound what is possible")
    func processors() {
        let all = StressJudgement(stress: CPUStress(workers: 0, load: 50), processors: 4, used: 18, elapsed: 10)
        #expect(all.result.asked == 2)
        #expect(all.result.outcome == .confirmed)
        let more = StressJudgement(stress: CPUStress(workers: 8), processors: 2, used: 19, elapsed: 10)
        #expect(more.result.asked == 8)
        #expect(more.result.outcome == .confirmed)
        #expect(StressGroup.size("0-3,6\n") == 5)
        #expect(StressGroup.size("\n") == 0)
    }

    @Test("a stress that was too short or whose group is gone is undecided")
    func undecided() {
        let short = StressJudgement(stress: CPUStress(workers: 1), processors: 2, used: 0, elapsed: 0.1)
        #expect(short.result.outcome == .inconclusive)
        let gone = StressJudgement(stress: CPUStress(workers: 1), processors: 2, elapsed: 5)
        #expect(gone.result.outcome == .inconclusive)
        #expect(gone.result.measured == nil)
    }

    @Test("kills are confirmed by restarts")
    func kills() {
        #expect(KillJudgement(kills: 3, restarts: 3).outcome == .confirmed)
        #expect(KillJudgement(kills: 3, restarts: 2).outcome == .inconclusive)
        #expect(KillJudgement(kills: 3, restarts: 2).remark.hasPrefix("1 of 3 kills"))
        #expect(KillJudgement(kills: 0, restarts: 0).outcome == .notInjected)
    }
}
