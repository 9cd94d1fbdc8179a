import Foundation
import Host
import Testing

@testable import Injection

extension MachineTests {
    @Suite struct WatchdogTests {
        @Test("what a killed owner has applied is undone within a second")
        func ownerDies() async throws {
            try await withLoss { pod, journal, owner in
                try await withWatchdog(journal) {
                    try await owner.kill()
                    try await expectUndone(pod, journal, within: .seconds(1))
                }
            }
        }

        @Test("what is left from before is undone when the watchdog starts")
        func replay() async throws {
            try await withLoss { pod, journal, owner in
                try await owner.kill()
                try await withWatchdog(journal) { try await expectUndone(pod, journal, within: .seconds(1)) }
            }
        }

        @Test("an entry whose deadline has passed is undone although its owner lives")
        func deadline() async throws {
            try await withLoss(milliseconds: 100) { pod, journal, owner in
                try await withWatchdog(journal) {
                    try await expectUndone(pod, journal, within: .milliseconds(100 + 300 + 1000))
                }
                try await owner.kill()
            }
        }

        @Test("an entry in good hands is left alone")
        func untouched() async throws {
            try await withLoss { pod, journal, owner in
                let dead = try await FakeOwner.start()
                try await dead.kill()
                try journal.write(.sample(owner: dead.owner))
                try await withWatchdog(journal) {
                    try await eventually("the other entry is gone") { journal.list().count == 1 }
                }
                #expect(try await pod.rules() != nil)
                _ = await Reverter(journal: journal, logger: quiet).revertAll()
                try await owner.kill()
            }
        }

        @Test("of two watchdogs one works, and the other takes over within a second when it ends")
        func takingOver() async throws {
            try await withLoss { pod, journal, owner in
                let first = Task { await Watchdog(journal: journal, isolates: false, logger: quiet).run() }
                try await eventually("the first one works") { !Self.isFree(journal) }
                let second = Task { await Watchdog(journal: journal, isolates: false, logger: quiet).run() }
                first.cancel()
                await first.value
                let start = ContinuousClock.now
                try await eventually("the second one works", within: .seconds(1)) { !Self.isFree(journal) }
                try await owner.kill()
                try await expectUndone(pod, journal, within: .seconds(1) - (ContinuousClock.now - start) + .seconds(1))
                second.cancel()
                await second.value
            }
        }

        @Test("entries of an earlier boot are dropped, damaged files set aside, and those of others left")
        func otherEntries() async throws {
            try await withJournal { journal in
                try journal.write(.sample(id: "a", bootID: "another-boot"))
                try FileTree.write("{\"version\": 1, \"id\"", to: journal.directory + "/b.json")
                try FileTree.write("{\"version\": 99, \"id\": \"c\"}", to: journal.directory + "/c.json")
                try await withWatchdog(journal) {
                    try await eventually("two are gone", within: .seconds(2)) {
                        FileTree.names(in: journal.directory).filter { $0.hasSuffix(".json") } == ["c.json"]
                    }
                }
                #expect(FileTree.names(in: journal.directory + "/unreadable").count == 1)
            }
        }

        @Test("an entry that cannot be read for once stays an entry, and is undone when it can be read")
        func readError() async throws {
            try await withLoss { pod, journal, owner in
                let entry = try #require(journal.contents().entries.first)
                let (file, away) = (journal.directory + "/\(entry.id).json", journal.directory + "/away")
                #expect(rename(file, away) == 0 && symlink(file, file) == 0)
                #expect(journal.contents().unreadable.map(\.isOutOfReach) == [true])
                try journal.write(.sample(id: "a", bootID: "another-boot"))
                try await withWatchdog(journal) {
                    try await eventually("the watchdog has looked") { journal.contents().entries.isEmpty }
                    #expect(!FileTree.exists(journal.directory + "/unreadable"))
                    #expect(rename(away, file) == 0)
                    try await owner.kill()
                    try await expectUndone(pod, journal, within: .seconds(1))
                }
            }
        }

        @Test("the loss of an entry that was damaged while it lasted is undone before the file is set aside")
        func damagedWhileItLasts() async throws {
            try await withLoss { pod, journal, owner in
                let entry = try #require(journal.contents().entries.first)
                try FileTree.write("{\"version\": 1, \"id\"", to: journal.directory + "/\(entry.id).json")
                try await withWatchdog(journal) {
                    try await expectUndone(pod, journal, within: .seconds(5))
                }
                try await owner.kill()
            }
        }

        @Test("what a file asked for that cannot be read is undone by whoever knows it")
        func knownEntry() async throws {
            try await withLoss { pod, journal, owner in
                let entry = try #require(journal.contents().entries.first)
                let file = journal.directory + "/\(entry.id).json"
                #expect(unlink(file) == 0 && symlink(file, file) == 0)
                try await Reverter(journal: journal, logger: quiet).revert(entry)
                try await expectUndone(pod, journal, within: .zero)
                try await owner.kill()
            }
        }

        @Test(
            "on a file system that became read-only everything is undone, and the journal says what it could not drop")
        func readOnly() async throws {
            let directory = "/tmp/litmus-read-only-\(getpid())"
            try FileTree.makeDirectories(directory)
            try Mounting.perform(.temporary(at: directory, options: "size=1m"))
            defer {
                try? MountTable.detach(directory)
                try? FileTree.remove(directory)
            }
            let journal = Journal(directory: directory + "/journal")
            try await withPod { pod in
                let injector = NetworkInjector(journal: journal)
                for percentage in [100.0, 50] {
                    let (entry, site) = try await pod.entry(TrafficLoss(percentage: percentage), injector: injector)
                    try await injector.apply(entry, at: site)
                }
                try Mounting.perform(MountOperation(source: nil, target: directory, flags: [.remount, .readOnly]))
                let outcomes = await Reverter(journal: journal, logger: quiet).revertAll()
                #expect(outcomes.count == 2)
                #expect(outcomes.allSatisfy { $0.problem?.contains("Read-only file system") == true })
                #expect(try await pod.outgoing().send(5).received == 5)
            }
        }

        @Test("an entry that cannot be undone holds up no other, and is undone once it can be")
        func failures() async throws {
            try await withLoss { pod, journal, owner in
                // It cannot be undone as long as it names a hierarchy that nobody mounts.
                var entry = JournalEntry.sample(
                    id: "stubborn", step: .stressCPU(CPUStress(workers: 1)),
                    place: .stress(
                        StressPlace(groups: [ControlGroupPath(controllers: ["none"], path: "/litmus-stubborn")])),
                    owner: owner.owner)
                try journal.write(entry)
                try await withWatchdog(journal) {
                    try await owner.kill()
                    try await eventually("the loss is undone", within: .seconds(1)) {
                        try await pod.rules() == nil && journal.list().map(\.id) == ["stubborn"]
                    }
                    entry.place = .stress(StressPlace(groups: []))
                    try journal.write(entry)
                    try await eventually("the other is undone") { journal.list().isEmpty }
                }
            }
        }

        @Test("the owner and the watchdog may undo the same entry at the same moment")
        func race() async throws {
            try await withLoss { pod, journal, owner in
                let entry = try #require(journal.contents().entries.first)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<6 {
                        group.addTask { try await Reverter(journal: journal, logger: quiet).revert(entry) }
                    }
                    try await group.waitForAll()
                }
                try await expectUndone(pod, journal, within: .zero)
                try await owner.kill()
            }
        }

        @Test("the watchdog's process leaves the control groups that could end it")
        func isolation() throws {
            let layout = try ControlGroupLayout.detect().orThrow("find control groups")
            let group = ControlGroup(layout: layout, path: "/litmus-test-\(getpid())")
            try group.create()
            let table = ProcessTable()
            let before = table.controlGroups(getpid())
            // One hierarchy will do; others may hold this whole machine.
            guard let place = before.first(where: { $0.controllers == ["pids"] }) else { return }
            let file = try ControlGroupMounts.node().directory(place) + group.path + "/cgroup.procs"
            try FileTree.set(file, "0")
            let inside = try #require(table.controlGroups(getpid()).first { $0.controllers == ["pids"] })
            #expect(inside.path == group.path)
            try OwnControlGroups.leave([inside])
            #expect(table.controlGroups(getpid()).contains(ControlGroupPath(controllers: ["pids"], path: "/")))
            try group.remove()
        }

        private static func isFree(_ journal: Journal) -> Bool {
            (try? FileLock.tryLock(journal.watchdogLock)) != nil
        }

        private func withLoss(
            milliseconds: Int64 = 3_600_000, _ body: (TestPod, Journal, FakeOwner) async throws -> Void
        ) async throws {
            try await withPod { pod in
                try await withJournal { journal in
                    let owner = try await FakeOwner.start()
                    let injector = NetworkInjector(journal: journal)
                    let (entry, site) = try await pod.entry(
                        TrafficLoss(percentage: 100), owner: owner.owner, milliseconds: milliseconds,
                        injector: injector)
                    try await injector.apply(entry, at: site)
                    try await body(pod, journal, owner)
                }
            }
        }

        private func withWatchdog(_ journal: Journal, _ body: () async throws -> Void) async throws {
            let watching = Task { await Watchdog(journal: journal, isolates: false, logger: quiet).run() }
            do {
                try await body()
            } catch {
                watching.cancel()
                throw error
            }
            watching.cancel()
            await watching.value
        }

        private func expectUndone(_ pod: TestPod, _ journal: Journal, within limit: Duration) async throws {
            try await eventually("it is undone", within: limit) { journal.list().isEmpty }
            #expect(try await pod.rules() == nil)
            #expect(try await pod.outgoing().send(3).received == 3)
        }
    }
}
