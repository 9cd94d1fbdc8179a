import Host
import Logging

/// Reverts what its owner cannot revert any more: entries whose owner is dead or whose deadline has passed.
///
/// Nothing ends it but the cancellation of its task: what fails is logged and tried again.
public struct Watchdog: Sendable {
    private let journal: Journal
    private let isolates: Bool
    private let logger: Logger

    /// Of looking at the journal. An idle look reads one directory.
    static let interval = Duration.milliseconds(100)

    /// - Parameter isolates: moves this process to the root of every control group hierarchy (root only), so that the end
    ///   of no pod takes it along.
    public init(journal: Journal = Journal(), isolates: Bool = true, logger: Logger) {
        self.journal = journal
        self.isolates = isolates
        self.logger = logger
    }

    /// Runs until the task is cancelled. Of several watchdogs of one journal one works, the others wait for its end.
    public func run() async {
        if isolates { leaveControlGroups() }
        while !Task.isCancelled {
            if let lock = tryLock() {
                logger.info("watching", metadata: ["journal": "\(journal.directory)"])
                await watch()
                withExtendedLifetime(lock) {}
            } else {
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    private func tryLock() -> FileLock? {
        do {
            try journal.prepare()
            return try FileLock.tryLock(journal.watchdogLock)
        } catch {
            logger.error("the journal cannot be opened", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// The first round replays what earlier owners have left.
    private func watch() async {
        let attempts = RevertAttempts()
        journal.removeRemains()
        journal.removeDeadRecords()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let contents = journal.contents()
                for file in contents.unreadable where file.isDamaged {
                    guard await attempts.begin(file.name, now: BootClock.milliseconds()) else { continue }
                    group.addTask { await self.setAside(file, attempts) }
                }
                let machine = MachineMoment()
                let lost = contents.entries.filter { RevertReason($0, machine) != nil }
                for entry in await due(lost, machine, attempts) {
                    group.addTask { await self.revert(entry, undoing: Set(lost.map(\.id)), attempts) }
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// What it asked for goes first: once it is aside nobody knows that there was anything.
    private func setAside(_ file: Journal.Unreadable, _ attempts: RevertAttempts) async {
        await reverter.sweep()
        do {
            let path = try journal.setAside(file)
            await attempts.succeeded(file.name)
            logger.error("a journal entry cannot be read", metadata: ["reason": "\(file.reason); moved to \(path)"])
        } catch {
            _ = await attempts.failed(file.name, now: BootClock.milliseconds())
            logger.error("a journal entry cannot be read", metadata: ["reason": "\(file.reason); \(error)"])
        }
    }

    private func due(
        _ entries: [JournalEntry], _ machine: MachineMoment, _ attempts: RevertAttempts
    ) async -> [JournalEntry] {
        var due: [JournalEntry] = []
        for entry in entries {
            guard let reason = RevertReason(entry, machine), await attempts.begin(entry.id, now: machine.now) else {
                continue
            }
            logger.info(
                "reverting",
                metadata: ["entry": "\(entry.id)", "order": "\(entry.order)", "reason": "\(reason.rawValue)"])
            due.append(entry)
        }
        return due
    }

    /// Each in a task of its own, so that one that hangs holds up no other.
    private func revert(_ entry: JournalEntry, undoing: Set<String>, _ attempts: RevertAttempts) async {
        do {
            // Half a revert would only have to be done again by the next watchdog.
            try await uninterrupted { await Result(catching: { try await reverter.revert(entry, undoing: undoing) }) }
                .get()
            await attempts.succeeded(entry.id)
        } catch {
            let count = await attempts.failed(entry.id, now: BootClock.milliseconds())
            logger.error(
                "reverting failed, will be tried again",
                metadata: ["entry": "\(entry.id)", "attempt": "\(count)", "error": "\(error)"])
        }
    }

    private var reverter: Reverter { Reverter(journal: journal, logger: logger) }

    private func leaveControlGroups() {
        do {
            try OwnControlGroups.leave()
        } catch {
            logger.warning("this process stays in its control groups", metadata: ["error": "\(error)"])
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
