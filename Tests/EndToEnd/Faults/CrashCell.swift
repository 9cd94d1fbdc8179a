import Foundation
import Testing

/// One crash: a fault, what is killed, and when.
struct CrashCell: Sendable {
    enum Victim: String, Sendable, CaseIterable {
        case runner
        case helper
        /// Every process in the helper pod's control groups.
        case helperGroup = "helper's group"
        /// The first process of the target's container; its network namespace stays.
        case target
        case watchdog
        /// The watchdog, and the helper right after it.
        case watchdogAndHelper = "watchdog + helper"
        /// `litmus up`, which is started again.
        case cluster = "litmus up"
        /// `litmus up` and its watchdog: only the next start can undo anything.
        case clusterAndWatchdog = "litmus up + watchdog"
        case disk = "(disk full)"

        /// Whether nobody is left who would undo the fault at its end, so that others must at once.
        var leavesOrphan: Bool {
            switch self {
            case .runner, .helper, .helperGroup, .watchdogAndHelper, .cluster, .clusterAndWatchdog: true
            case .target, .watchdog, .disk: false
            }
        }

        /// Whether it is hit for all faults of the cluster at once.
        var isShared: Bool {
            switch self {
            case .runner, .helper, .helperGroup, .target: false
            case .watchdog, .watchdogAndHelper, .cluster, .clusterAndWatchdog, .disk: true
            }
        }
    }

    enum Moment: Sendable, CustomStringConvertible {
        /// Seconds after the victim was first there, or after the engine was applied.
        case early(Double)
        /// Seconds after the injection.
        case during(Double)

        var description: String {
            switch self {
            case .early(let seconds): "start + \(Self.text(seconds))"
            case .during(let seconds): "injected + \(Self.text(seconds))"
            }
        }

        private static func text(_ seconds: Double) -> String { String(format: "%.2f s", seconds) }

        /// Three moments, before the injection, in the middle and about the end, from numbers between 0 and 1.
        static func series(_ random: [Double]) -> [Moment] {
            let duration = Double(MachineFault.duration)
            let spread: [(Double) -> Moment] = [
                { .early(0.4 * $0) }, { .during(0.1 + (duration - 1) * $0) }, { .during(duration - 0.4 + 0.6 * $0) },
            ]
            return zip(spread, random).map { $0($1) }
        }
    }

    let name: String
    let fault: MachineFault
    let victim: Victim
    let moment: Moment

    var words: String { "\(fault.rawValue), \(victim.rawValue) killed \(moment), seed \(EndToEnd.CrashTests.seed)" }

    /// Returns at the moment.
    func awaitMoment(_ target: TargetPod, _ watch: FaultWatch) async throws {
        switch moment {
        case .early(let seconds):
            let deadline = ContinuousClock.now + .seconds(10)
            while (victim.isShared ? helpers : victims(target)).isEmpty, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await Task.sleep(for: .seconds(seconds))
        case .during(let seconds):
            let begun = try await watch.wait(target, "the injection") { fault.hasBegun($0) }.at
            let rest = begun + seconds - FaultWatch.now()
            if rest > 0 { try await Task.sleep(for: .seconds(rest)) }
        }
    }

    /// The processes to kill that are there now, but for those that the whole cluster has in common.
    func victims(_ target: TargetPod) -> [Int32] {
        switch victim {
        case .runner: Machine.processes("litmus runner", with: "CHAOSENGINE=\(name)")
        case .helper, .watchdogAndHelper: helpers
        case .helperGroup: helpers.flatMap(Self.groupMembers)
        case .target: Self.applications(of: target)
        case .watchdog, .cluster, .clusterAndWatchdog, .disk: []
        }
    }

    var helpers: [Int32] { Machine.processes("litmus inject", with: "CHAOSENGINE=\(name)") }

    private static func applications(of target: TargetPod) -> [Int32] {
        Machine.processes("litmus sample-app").filter { groups($0).contains(target.uid) }
    }

    private static func groups(_ pid: Int32) -> String {
        (try? String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8)) ?? ""
    }

    private static func groupMembers(_ pid: Int32) -> [Int32] {
        let own = groups(pid)
        guard own.contains("/litmus-") else { return [] }
        return Machine.processes("").filter { groups($0) == own }
    }
}

/// What came of a crash.
struct CrashOutcome: Sendable {
    var cell: CrashCell
    /// How many processes were killed.
    var killed: Int
    /// How much later than allowed at no loss the fault was gone, in seconds: after the kill when that left nobody to
    /// undo it, else after its end. nil: it never began.
    var latency: Double?
    var end: EngineEnd

    private var row: [String] {
        let time = latency.map { String(Int(($0 * 1000).rounded())) } ?? "-"
        let reason = end.reason.replacingOccurrences(of: "\n", with: " ")
        return [
            cell.fault.rawValue, cell.victim.rawValue + (killed == 0 ? " (missed)" : ""), "\(cell.moment)", time,
            end.verdict, String(reason.prefix(120)),
        ]
    }

    /// Prints the outcomes with the worst and the median latency.
    static func show(_ title: String, _ outcomes: [CrashOutcome]) {
        let rows = [["fault", "killed", "moment", "ms", "verdict", "reason"]] + outcomes.map(\.row)
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = "\(title), seed \(EndToEnd.CrashTests.seed)\n"
        for row in rows {
            let cells = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            text += "  " + (cells + [row[5]]).joined(separator: "  ") + "\n"
        }
        for (label, isOrphan) in [("after a kill that left nobody", true), ("after the end of the chaos", false)] {
            let times = outcomes.filter { $0.cell.victim.leavesOrphan == isOrphan && $0.killed > 0 }
                .compactMap(\.latency).sorted()
            guard let worst = times.last else { continue }
            let (median, most) = (Int(times[times.count / 2] * 1000), Int(worst * 1000))
            text += "  undone \(label): median \(median) ms, worst \(most) ms, of \(times.count)\n"
        }
        print(text)
    }
}
