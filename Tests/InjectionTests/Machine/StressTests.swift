import Foundation
import Host
import Testing

@testable import Injection

extension MachineTests {
    @Suite struct StressTests {
        @Test(
            "a stress uses the processor in the container's share, and ends with the order",
            arguments: [TestPod.Container.ownProcesses, .nodeProcesses])
        func stress(container: TestPod.Container) async throws {
            try await withPod(container: container) { pod in
                try await withJournal { journal in
                    let reports = Reports()
                    let order = InjectionOrder.test(
                        .stressCPU(CPUStress(workers: 1, load: 100)), on: [pod], milliseconds: 1500)
                    let running = Task { await execution(order, journal, reports).run() }
                    try await eventually("it is injected") { await reports.states == [.injected] }
                    let stressors = pod.stressors()
                    #expect(stressors.count >= 2)
                    let inside = try pod.resolved().pidNamespace
                    #expect(stressors.allSatisfy { ProcessTable().namespace("pid", of: $0) == inside })
                    let report = await running.value
                    #expect(report.state == .reverted, "\(report)")
                    let effect = try #require(report.effects.first)
                    #expect(effect.asked == 1)
                    #expect(effect.unit == "cores")
                    // Others use this machine too.
                    #expect(try #require(effect.measured) > 0.2)
                    #expect(effect.outcome != .notInjected)
                    try pod.expectNoStress(journal)
                    #expect(pod.group.members().count >= 1)
                }
            }
        }

        @Test("the container's limit is the stress's limit")
        func limits() async throws {
            try await withPod(limits: ControlGroupLimits(cpu: 0.3)) { pod in
                try await withJournal { journal in
                    let order = InjectionOrder.test(.stressCPU(CPUStress(workers: 2)), on: [pod], milliseconds: 2000)
                    let report = await execution(order, journal).run()
                    let effect = try #require(report.effects.first)
                    #expect(try (0.1...0.4).contains(#require(effect.measured)), "\(effect)")
                    #expect(effect.remark.contains("leave 0.3 cores"))
                    #expect(effect.outcome != .notInjected)
                }
            }
        }

        @Test("a container that ends takes its stress along, and nothing is left")
        func containerEnds() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let reports = Reports()
                    let order = InjectionOrder.test(
                        .stressCPU(CPUStress(workers: 1)), on: [pod], milliseconds: 600_000)
                    let running = Task { await execution(order, journal, reports).run() }
                    try await eventually("it is injected") { await reports.states == [.injected] }
                    kill(try pod.resolved().pid, SIGKILL)
                    try await eventually("the stress has ended") { pod.stressors().isEmpty }
                    running.cancel()
                    #expect(await running.value.state == .reverted)
                    try pod.expectNoStress(journal)
                }
            }
        }

        @Test("a stress whose owner is killed ends within a second, and leaves no zombies in the container")
        func ownerDies() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let owner = try await FakeOwner.start()
                    let injector = StressInjector(journal: journal)
                    let id = JournalEntry.newID()
                    let place = try injector.place(id, on: try pod.resolved())
                    let stress = CPUStress(workers: 2)
                    let entry = JournalEntry.sample(
                        id: id, step: .stressCPU(stress), place: .stress(place), owner: owner.owner)
                    try await injector.apply(entry, stress, at: place, on: try pod.resolved(), limit: .seconds(60))
                    let watching = Task { await Watchdog(journal: journal, isolates: false, logger: quiet).run() }
                    try await owner.kill()
                    try await eventually("it is undone", within: .seconds(1)) { journal.list().isEmpty }
                    try pod.expectNoStress(journal)
                    let inside = try pod.resolved().pidNamespace
                    let left = ProcessTable().pids().filter { ProcessTable().namespace("pid", of: $0) == inside }
                    #expect(left.count == 1)
                    watching.cancel()
                    await watching.value
                }
            }
        }

        @Test("in the second version of control groups a stress is found, counted and ended all the same")
        func secondVersion() async throws {
            let mounts = try MountTable.read().filter { $0.type == "cgroup2" }
            let root = try mounts.first.orThrow("find control groups of version 2").mountPoint
            let pod = try await TestPod.start(layout: .v2(root: root))
            do {
                try await withJournal { journal in
                    let injector = StressInjector(journal: journal)
                    var target = try pod.resolved()
                    target.controlGroups.removeAll { !$0.controllers.isEmpty }
                    let id = JournalEntry.newID()
                    let place = try injector.place(id, on: target)
                    #expect(place.groups.map(\.path) == [pod.group.path + "/litmus-" + id])
                    let stress = CPUStress(workers: 1)
                    let entry = JournalEntry.sample(id: id, step: .stressCPU(stress), place: .stress(place))
                    try await injector.apply(entry, stress, at: place, on: target, limit: .seconds(60))
                    let group = try injector.group(id, at: place)
                    try await eventually("it uses the processor") { try #require(group.processorSeconds()) > 0.1 }
                    try await injector.revert(entry, at: place)
                    try pod.expectNoStress(journal)
                }
            } catch {
                try? await pod.end()
                throw error
            }
            try await pod.end()
        }

        @Test("a stress that others end is not injected, however much it has used before")
        func sabotaged() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let reports = Reports()
                    let order = InjectionOrder.test(.stressCPU(CPUStress(workers: 1)), on: [pod], milliseconds: 1500)
                    let running = Task { await execution(order, journal, reports).run() }
                    try await eventually("it is injected") { await reports.states == [.injected] }
                    for stressor in pod.stressors() { kill(stressor, SIGKILL) }
                    let report = await running.value
                    #expect(report.failure?.code == "CHAOS_INJECT_ERROR")
                    #expect(report.failure?.reason.contains("the stress was ended meanwhile") == true)
                    #expect(report.effects.map(\.outcome) == [.notInjected])
                    try pod.expectNoStress(journal)
                }
            }
        }

        @Test("who reverts by hand ends the order, which says so")
        func reverted() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let reports = Reports()
                    let order = InjectionOrder.test(
                        .stressCPU(CPUStress(workers: 1)), on: [pod], milliseconds: 600_000)
                    let running = Task { await execution(order, journal, reports).run() }
                    try await eventually("it is injected") { await reports.states == [.injected] }
                    _ = await Reverter(journal: journal, logger: quiet).revertAll()
                    let report = await running.value
                    #expect(report.state == .failed)
                    #expect(report.failure?.reason.contains("undone before its end") == true)
                    try pod.expectNoStress(journal)
                }
            }
        }

        @Test(
            "little processor time is no stress only where there was more to get",
            arguments: [(idle: 1.5, outcome: InjectionEffect.Outcome.notInjected), (0.1, .inconclusive)])
        func starved(idle: Double, outcome: InjectionEffect.Outcome) {
            let judgement = StressJudgement(
                stress: CPUStress(workers: 0), processors: 2, used: 0.3, elapsed: 1, idle: idle, tampering: nil)
            #expect(judgement.result.outcome == outcome)
        }

        @Test("a damaged entry cannot make us end processes in other control groups")
        func damagedEntry() async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let group = StressPlace(groups: try pod.resolved().controlGroups.filter { $0.path != "/" })
                    let entry = JournalEntry.sample(step: .stressCPU(CPUStress(workers: 1)), place: .stress(group))
                    try journal.write(entry)
                    let outcomes = await Reverter(journal: journal, logger: quiet).revertAll()
                    #expect(outcomes.first?.problem?.contains("does not belong to the journal entry") == true)
                    #expect(!pod.process.hasEnded)
                    #expect(journal.list().count == 1)
                }
            }
        }

        @Test("stress-ng's own words are the reason when it does not start")
        func failure() async throws {
            // Without memory for its workers it gives up.
            try await withPod(limits: ControlGroupLimits(processes: 2)) { pod in
                try await withJournal { journal in
                    let order = InjectionOrder.test(.stressCPU(CPUStress(workers: 4)), on: [pod], milliseconds: 2000)
                    let report = await execution(order, journal).run()
                    #expect(report.state == .failed)
                    #expect(report.failure?.code == "CHAOS_INJECT_ERROR")
                    try pod.expectNoStress(journal)
                }
            }
        }
    }
}

extension TestPod {
    func stressors() -> [Int32] {
        group.members().filter { pid in
            ProcessTable().controlGroups(pid).contains {
                $0.path.contains("/litmus-") && $0.path.hasPrefix(group.path + "/")
            }
        }
    }

    func expectNoStress(_ journal: Journal, location: SourceLocation = #_sourceLocation) throws {
        #expect(stressors().isEmpty, sourceLocation: location)
        #expect(journal.list().isEmpty, sourceLocation: location)
        let found = Set(group.joinFiles.map { String($0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.endIndex)) })
            .flatMap { FileTree.names(in: $0) }.filter { $0.hasPrefix(StressGroup.prefix) }
        #expect(found.isEmpty, sourceLocation: location)
    }
}

/// A process that an entry may name as its owner.
struct FakeOwner: Sendable {
    var owner: JournalEntry.Owner
    private var process: ChildProcess

    static func start() async throws -> FakeOwner {
        var request = SpawnRequest(executable: "/bin/sleep", arguments: ["sleep", "1000"], environment: [])
        request.parentDeathSignal = SIGKILL
        let process = try await Spawner.shared.spawn(request)
        var owner = JournalEntry.Owner.current()
        owner.pid = process.pid
        owner.startTime = try ProcessTable().life(process.pid).orThrow("find the owner").startTime
        return FakeOwner(owner: owner, process: process)
    }

    func kill() async throws {
        try process.signal(SIGKILL)
        _ = try await process.wait()
    }
}
