import Foundation
import Testing

extension EndToEnd {
    /// Whatever dies while a machine is under chaos, and whenever: the fault is undone in time, the run has a verdict with
    /// its reason, and the cluster goes on. LITMUS_TEST_SEED repeats the moments.
    @Suite(.enabled(if: Place.isRoot, "needs root")) struct CrashMatrixTests {
        /// Runs `body` on a node and expects nothing left on the machine.
        private func onNode(
            _ title: String, disk: FaultNode.Disk = .ordinary,
            _ body: @escaping @Sendable (CrashField) async throws -> [CrashOutcome]
        ) async throws {
            let before = try await Machine.now()
            try await FaultNode.with(disk) { node in
                try await FaultWatch.with(journal: node.journal) { watch in
                    CrashOutcome.show(title, try await body(CrashField(node: node, watch: watch)))
                }
                #expect(node.entries.isEmpty)
            }
            let left = try await Machine.leftovers(since: before)
            #expect(left.isEmpty, "left behind, seed \(CrashTests.seed): \(left)")
        }

        @Test("runner, helper, its control group or the target's container killed")
        func pods() async throws {
            try await onNode("Killed in pods") { field in
                let outcomes = Collected<CrashOutcome>()
                try await field.node.withCluster { cluster in
                    try await cluster.prepareForMachineFaults()
                    for wave in Self.podCells {
                        try await withThrowingTaskGroup(of: Void.self) { group in
                            for cell in wave {
                                group.addTask { await outcomes.add(try await field.crash(cell, on: cluster)) }
                            }
                            try await group.waitForAll()
                        }
                    }
                    try await field.expectWorks(cluster, "afterwards")
                }
                return await outcomes.all
            }
        }

        /// A wave for each victim and pair of moments: as many at once as the machine bears.
        private static var podCells: [[CrashCell]] {
            let victims: [CrashCell.Victim] = [.runner, .helper, .helperGroup, .target]
            return victims.enumerated().flatMap { number, victim in
                let cells = MachineFault.allCases.enumerated().flatMap { place, fault in
                    let random = CrashTests.moments(3, upTo: 1, salt: 100 + UInt64(10 * number + place))
                    return CrashCell.Moment.series(random).enumerated().map { index, moment in
                        CrashCell(
                            name: "c\(number)-\(place)-\(index)", fault: fault, victim: victim, moment: moment)
                    }
                }
                return [Array(cells.prefix(5)), Array(cells.dropFirst(5))]
            }
        }

        @Test("the watchdog or litmus up killed, or both, and started again")
        func keepers() async throws {
            try await onNode("Killed beside the pods") { field in
                let random = CrashTests.moments(5, upTo: 1, salt: 200)
                let duration = Double(MachineFault.duration)
                let crashes: [(CrashCell.Victim, CrashCell.Moment)] = [
                    (.watchdog, .during((duration - 1) * random[0])),
                    (.watchdogAndHelper, .during((duration - 1) * random[1])),
                    (.cluster, .early(0.3 * random[2])), (.cluster, .during((duration - 1) * random[3])),
                    (.clusterAndWatchdog, .during((duration - 1) * random[4])),
                ]
                var outcomes: [CrashOutcome] = []
                var cluster = try await field.node.start()
                do {
                    try await cluster.prepareForMachineFaults()
                    for (index, crash) in crashes.enumerated() {
                        let cells = MachineFault.allCases.enumerated().map { place, fault in
                            CrashCell(name: "k\(index)-\(place)", fault: fault, victim: crash.0, moment: crash.1)
                        }
                        outcomes += try await Self.crash(cells, field, &cluster)
                    }
                    try await field.expectWorks(cluster, "afterwards")
                } catch {
                    try await cluster.stop()
                    throw error
                }
                try await cluster.stop()
                return outcomes
            }
        }

        /// Cells that are hit together.
        private static func crash(
            _ cells: [CrashCell], _ field: CrashField, _ cluster: inout TestCluster
        ) async throws -> [CrashOutcome] {
            let first = cluster
            let started = try await together(cells) { cell in (cell, try await field.start(cell, on: first)) }
            let leader = try #require(started.first { $0.0.fault == .loss })
            try await leader.0.awaitMoment(leader.1, field.watch)
            var victims: [Int32] = []
            let victim = leader.0.victim
            if victim != .cluster { victims += cluster.watchdogs }
            if victim == .watchdogAndHelper { victims += started.flatMap { $0.0.helpers } }
            if victim == .cluster || victim == .clusterAndWatchdog { victims.append(cluster.program.pid) }
            #expect(!victims.isEmpty)
            var moment = FaultWatch.now()
            for victim in victims { kill(victim, SIGKILL) }
            if victim == .cluster || victim == .clusterAndWatchdog {
                try await cluster.program.wait()
                if victim == .cluster {
                    // The next start must not do the watchdog's work.
                    for (_, target) in started { try await field.watch.wait(target, "its end") { $0.isClean } }
                }
                cluster = try await field.node.start()
                // Until then there was nobody.
                if victim == .clusterAndWatchdog { moment = FaultWatch.now() }
            }
            let (second, killed, at) = (cluster, victims.count, moment)
            return try await together(started) { cell, target in
                try await field.finish(cell, target, killed: killed, at: at, on: second)
            }
        }

        @Test("the journal's disk full before, while and after faults are written down")
        func disk() async throws {
            try await onNode("With a full disk", disk: .small) { field in
                let outcomes = Collected<CrashOutcome>()
                try await field.node.withCluster { cluster in
                    try await cluster.prepareForMachineFaults()
                    let random = CrashTests.moments(2, upTo: 1, salt: 300)
                    let moments: [CrashCell.Moment?] = [
                        nil, .early(0.3 * random[0]), .during(Double(MachineFault.duration - 1) * random[1]),
                    ]
                    for (index, moment) in moments.enumerated() {
                        for outcome in try await Self.fill(moment, round: index, field, cluster) {
                            await outcomes.add(outcome)
                        }
                    }
                    try await field.expectWorks(cluster, "afterwards")
                }
                return await outcomes.all
            }
        }

        /// - Parameter moment: nil: before anything begins.
        private static func fill(
            _ moment: CrashCell.Moment?, round: Int, _ field: CrashField, _ cluster: TestCluster
        ) async throws -> [CrashOutcome] {
            let cells = MachineFault.allCases.enumerated().map { place, fault in
                CrashCell(name: "d\(round)-\(place)", fault: fault, victim: .disk, moment: moment ?? .early(0))
            }
            if moment == nil { try await field.node.fillDisk() }
            let started = try await together(cells) { cell in (cell, try await field.start(cell, on: cluster)) }
            if moment != nil {
                let leader = try #require(started.first { $0.0.fault == .loss })
                try await leader.0.awaitMoment(leader.1, field.watch)
                try await field.node.fillDisk()
            }
            let at = FaultWatch.now()
            let outcomes = try await together(started) { cell, target in
                try await field.finish(cell, target, killed: 0, at: at, on: cluster)
            }
            try field.node.freeDisk()
            for outcome in outcomes where moment == nil && outcome.cell.fault != .kill {
                #expect(outcome.latency == nil, "injected without being journaled: \(outcome.cell.words)")
                #expect(outcome.end.errorCode == "CHAOS_INJECT_ERROR", "\(outcome.end)")
                #expect(outcome.end.reason.contains("No space left on device"), "\(outcome.end)")
            }
            return outcomes
        }
    }
}

extension TestCluster {
    /// Its watchdogs.
    var watchdogs: [Int32] { Machine.processes("litmus watchdog --until \(program.pid)") }
}

/// Runs `body` on everything at the same time.
/// - Returns: the results in the same order.
func together<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], _ body: @escaping @Sendable (Input) async throws -> Output
) async throws -> [Output] {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
        for (index, input) in inputs.enumerated() { group.addTask { (index, try await body(input)) } }
        return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}

/// What several tasks have found.
actor Collected<Element: Sendable> {
    private(set) var all: [Element] = []

    func add(_ element: Element) { all.append(element) }
}
