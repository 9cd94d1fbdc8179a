import Foundation
import Testing

/// Where crashes happen: a node, its cluster, and who watches the targets.
struct CrashField: Sendable {
    let node: FaultNode
    let watch: FaultWatch

    /// A second, as the project promises, and what the test itself adds on two processors that several faults, their
    /// clusters and this test share: the watch's period, and a turn on a processor for each of the processes involved.
    static let limit = 1.0 + 0.5

    /// Makes the application of a cell and starts its engine.
    func start(_ cell: CrashCell, on cluster: TestCluster) async throws -> TargetPod {
        let target = try await cluster.deploy(cell.name)
        try await watch.add(target)
        // A second kill shows whether somebody goes on; where nobody is killed who could, one is enough.
        let interval = cell.victim.leavesOrphan ? 2 : 5
        try await cluster.apply(cell.fault.engine(cell.name, interval: interval))
        return target
    }

    /// One crash that concerns no other, from the application's start to its end.
    func crash(_ cell: CrashCell, on cluster: TestCluster) async throws -> CrashOutcome {
        let target = try await start(cell, on: cluster)
        try await cell.awaitMoment(target, watch)
        let victims = cell.victims(target)
        let moment = FaultWatch.now()
        for victim in victims { kill(victim, SIGKILL) }
        return try await finish(cell, target, killed: victims.count, at: moment, on: cluster)
    }

    /// Waits for the engine's end, expects what must be true of each, and takes the application away.
    func finish(
        _ cell: CrashCell, _ target: TargetPod, killed: Int, at moment: Double, on cluster: TestCluster
    ) async throws -> CrashOutcome {
        let end = try await cluster.end(of: cell.name, cell.fault)
        expectTerminal(end, cell)
        if cell.victim == .runner || killed == 0 {
            // Who reads the verdict of a runner that was started again may rely on it that the chaos is over.
            #expect(watch.sights(target).last?.isFree == true, "not over with its verdict: \(cell.words)")
        }
        try await watch.wait(target, "its end, \(cell.words)", within: .seconds(5)) { $0.isClean }
        let outcome = CrashOutcome(
            cell: cell, killed: killed, latency: latency(cell, target, end, killed: killed, at: moment), end: end)
        if let latency = outcome.latency {
            #expect(latency <= Self.limit, "undone too late: \(cell.words), \(watch.sights(target))")
        }
        #expect(cell.helpers.isEmpty, "a helper is left: \(cell.words)")
        #expect(try await target.rules() == "", "\(cell.words)")
        if isCertainlyCutShort(outcome, target) { #expect(end.verdict == "Error", "\(cell.words): \(end)") }
        try watch.forget(target)
        _ = try await cluster.kubectl("delete deployment \(cell.name) --wait=false")
        return outcome
    }

    private func expectTerminal(_ end: EngineEnd, _ cell: CrashCell) {
        #expect(["Pass", "Fail", "Error"].contains(end.verdict), "\(cell.words): \(end)")
        // A run that never came so far has no result.
        #expect(["", end.verdict].contains(end.resultVerdict), "\(cell.words): \(end)")
        #expect(end.phase != "Running", "\(cell.words): \(end)")
        guard end.verdict != "Pass" else { return }
        #expect(!end.reason.isEmpty, "no reason: \(cell.words): \(end)")
        if !end.resultVerdict.isEmpty { #expect(!end.errorReason.isEmpty, "no reason: \(cell.words): \(end)") }
    }

    /// Whether the fault was cut short well before its end.
    private func isCertainlyCutShort(_ outcome: CrashOutcome, _ target: TargetPod) -> Bool {
        guard outcome.killed > 0, outcome.cell.victim.leavesOrphan, case .during(let seconds) = outcome.cell.moment
        else { return false }
        return seconds < Double(MachineFault.duration) - 1
    }

    /// See `CrashOutcome.latency`.
    private func latency(
        _ cell: CrashCell, _ target: TargetPod, _ end: EngineEnd, killed: Int, at moment: Double
    ) -> Double? {
        let sights = watch.sights(target)
        guard let begun = sights.first(where: cell.fault.hasBegun)?.at else { return nil }
        let gone: Double
        switch cell.fault {
        case .kill:
            let deaths = zip(sights, sights.dropFirst()).filter { $0.deaths < $1.deaths }
            gone = deaths.last?.1.at ?? begun
        case .hog, .loss: gone = (sights.lastIndex { !$0.isFree }).map { sights[$0 + 1].at } ?? begun
        }
        // A runner that dies before it has begun is started again and does all of it.
        let isOrphan = killed > 0 && cell.victim.leavesOrphan && (begun < moment || end.verdict != "Pass")
        // It was over by itself; or the next start, of which the moment is the end, has undone it.
        if isOrphan, gone <= moment { return cell.victim == .clusterAndWatchdog ? 0 : nil }
        return max(0, gone - (isOrphan ? moment : begun + Double(MachineFault.duration)))
    }

    /// Expects that the cluster still does what it is for.
    func expectWorks(_ cluster: TestCluster, _ name: String) async throws {
        let target = try await cluster.deploy(name)
        try await watch.add(target)
        try await cluster.apply(MachineFault.loss.engine(name, duration: 1))
        let end = try await cluster.end(of: name, .loss)
        #expect(end.verdict == "Pass", "afterwards: \(end)")
        #expect(watch.sights(target).contains { $0.rules > 0 })
        #expect(watch.sights(target).last?.isClean == true)
    }
}
