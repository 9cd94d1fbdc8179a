import Foundation
import Host
import Testing

@testable import Injection

@Suite struct JournalTests {
    @Test("an entry is read as it was written, until it is removed")
    func roundTrip() async throws {
        try await withJournal { journal in
            let entry = JournalEntry.sample()
            try journal.enter(entry)
            #expect(journal.entry(entry.id) == entry)
            #expect(journal.contents().entries == [entry])
            try journal.remove(entry.id)
            try journal.remove(entry.id)
            #expect(journal.entry(entry.id) == nil)
            #expect(journal.list().isEmpty)
        }
    }

    @Test("entries are listed oldest first, with what people want to know")
    func listing() async throws {
        try await withJournal { journal in
            var dead = JournalEntry.Owner.current()
            dead.startTime += 1
            var second = JournalEntry.sample(id: "b", owner: dead, milliseconds: -500)
            var first = JournalEntry.sample(id: "c", milliseconds: 60_000)
            second.createdAt = first.createdAt + 1
            first.state = .reverting
            let old = JournalEntry.sample(id: "d", bootID: "another-boot")
            for entry in [second, first, old] { try journal.write(entry) }
            try FileTree.write("", to: journal.directory + "/e.json")
            let list = journal.list()
            #expect(list.map(\.id) == ["c", "d", "b", "e.json"] || list.map(\.id) == ["c", "b", "d", "e.json"])
            let byID = Dictionary(uniqueKeysWithValues: list.map { ($0.id, $0) })
            #expect(byID["c"]?.state == .reverting)
            #expect(byID["c"]?.isOwnerAlive == true)
            #expect(byID["c"]?.action == "lose 30 % of egress on eth0")
            #expect(try (59_000...60_000).contains(#require(byID["c"]?.remainingMilliseconds)))
            #expect(byID["b"]?.isOwnerAlive == false)
            #expect(try #require(byID["b"]?.remainingMilliseconds) < 0)
            #expect(byID["d"]?.state == .outdated)
            #expect(byID["e.json"]?.state == .unreadable)
        }
    }

    @Test(
        "files that are no entries are reported and never end anything",
        arguments: ["", "{}", "[1]", "{\"version\": 1}", "{\"version\": 99}", "\u{0}\u{1}"])
    func damaged(text: String) async throws {
        try await withJournal { journal in
            let good = JournalEntry.sample()
            try journal.write(good)
            try FileTree.write(text, to: journal.directory + "/bad.json")
            let contents = journal.contents()
            #expect(contents.entries == [good])
            #expect(contents.unreadable.map(\.name) == ["bad.json"])
            #expect(contents.unreadable.map(\.isForeign) == [text.contains("99")])
        }
    }

    @Test("an entry that lies about its id is not believed")
    func wrongID() async throws {
        try await withJournal { journal in
            try journal.write(.sample(id: "a"))
            rename(journal.directory + "/a.json", journal.directory + "/b.json")
            #expect(journal.contents().entries.isEmpty)
            #expect(journal.contents().unreadable.first?.reason.contains("\"a\" is not its file's name") == true)
            #expect(!JournalEntry.isValidID("../x"))
            #expect(!JournalEntry.isValidID(""))
            #expect(JournalEntry.isValidID(JournalEntry.newID()))
        }
    }

    @Test("an entry that cannot be written says that nothing was applied, and where")
    func unwritable() throws {
        let file = "/tmp/litmus-no-directory-\(getpid())"
        try FileTree.write("", to: file)
        defer { try? FileTree.remove(file) }
        let journal = Journal(directory: file + "/journal")
        let error = #expect(throws: InjectionError.self) { try journal.enter(.sample()) }
        #expect(error?.code == .inject)
        #expect(error?.reason.contains("nothing was applied to pod web-0") == true)
        #expect(error?.reason.contains(file) == true)
    }

    @Test("what a writer left that was killed in the middle is no entry, and goes when it is old")
    func remains() async throws {
        try await withJournal { journal in
            try journal.prepare()
            let left = journal.directory + "/.a.json.123.tmp"
            try FileTree.write("{\"ver", to: left)
            #expect(journal.list().isEmpty)
            journal.removeRemains()
            #expect(FileTree.exists(left))
            journal.removeRemains(olderThan: 0)
            #expect(!FileTree.exists(left))
        }
    }

    @Test("an order is not undone as long as a file may be its own", arguments: [true, false])
    func unread(isLost: Bool) async throws {
        try await withJournal { journal in
            try journal.prepare()
            let file = journal.directory + "/a.json"
            #expect(symlink(file, file) == 0)
            try FileTree.write("{", to: journal.directory + "/b.json")
            let reverter = Reverter(journal: journal, logger: quiet)
            func outcomes() async -> [Reverter.Outcome] {
                let outcomes = isLost ? await reverter.revertLost(order: "o") : await reverter.revertAll(order: "o")
                return outcomes.filter { $0.concerns("o") && $0.problem != nil }
            }
            #expect(await outcomes().map(\.listing.id) == ["a.json", "b.json"])
            // What is damaged is aside, what could not be read is where it was.
            #expect(await outcomes().map(\.listing.id) == ["a.json"])
            #expect(journal.hasEntries(of: "o"))
            unlink(file)
            #expect(await outcomes().isEmpty)
        }
    }

    @Test("a journal that cannot be read is not taken for an empty one")
    func unreadDirectory() async throws {
        let directory = "/tmp/litmus-loop-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        #expect(symlink(directory, directory) == 0)
        defer { unlink(directory) }
        let journal = Journal(directory: directory)
        #expect(journal.hasEntries(of: "o") && journal.list().map(\.state) == [.unreadable])
        let outcomes = await Reverter(journal: journal, logger: quiet).revertLost(order: "o")
        #expect(outcomes.contains { $0.concerns("o") && $0.problem != nil })
    }

    @Test("without root the journal lies in the user's own state directory")
    func directory() {
        #expect(Journal(directory: "/x").directory == "/x")
        #expect((Journal.defaultDirectory == "/var/lib/litmus/journal") == (geteuid() == 0))
        #expect(Journal.defaultDirectory.hasSuffix("/litmus/journal"))
    }

    @Test("the watchdog takes over what is dead, late or of another boot, and nothing else")
    func reasons() {
        let machine = MachineMoment(bootID: "now", now: 10_000)
        var dead = JournalEntry.Owner.current()
        dead.startTime += 1
        var elsewhere = dead
        elsewhere.pidNamespace += 1
        func reason(_ owner: JournalEntry.Owner, _ deadline: Int64, boot: String = "now") -> RevertReason? {
            var entry = JournalEntry.sample(owner: owner, bootID: boot)
            entry.deadline = deadline
            return RevertReason(entry, machine)
        }
        #expect(reason(.current(), 9_700) == nil)
        #expect(reason(.current(), 9_699) == .deadlineHasPassed)
        #expect(reason(dead, 20_000) == .ownerIsGone)
        // A number of another pid namespace says nothing; the deadline still counts.
        #expect(reason(elsewhere, 20_000) == nil)
        #expect(reason(elsewhere, 0) == .deadlineHasPassed)
        #expect(reason(.current(), 20_000, boot: "before") == .otherBoot)
    }

    @Test("a deadline that is no time at all ends nobody who looks at it", arguments: [Int64.min, .max])
    func extremes(deadline: Int64) async throws {
        try await withJournal { journal in
            var entry = JournalEntry.sample()
            entry.deadline = deadline
            try journal.write(entry)
            #expect(journal.list().count == 1)
            #expect(RevertReason(entry, MachineMoment()) == (deadline < 0 ? .deadlineHasPassed : nil))
        }
    }

    @Test("attempts that fail are repeated after growing pauses, and never two at once")
    func attempts() async {
        let attempts = RevertAttempts()
        #expect(await attempts.begin("a", now: 0))
        #expect(await !attempts.begin("a", now: 0))
        #expect(await attempts.failed("a", now: 0) == 1)
        #expect(await !attempts.begin("a", now: 99))
        #expect(await attempts.begin("a", now: 100))
        #expect(await attempts.failed("a", now: 100) == 2)
        #expect(await !attempts.begin("a", now: 299))
        #expect(await attempts.begin("a", now: 300))
        await attempts.succeeded("a")
        #expect(await attempts.begin("a", now: 300))
        #expect(RevertAttempts.delay(after: 50) == 5000)
    }
}
