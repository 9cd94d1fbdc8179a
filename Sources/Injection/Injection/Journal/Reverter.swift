import Host
import Logging

/// Undoes what the journal names. Everyone may do it at any time, also several at once.
public struct Reverter: Sendable {
    /// What became of one entry.
    public struct Outcome: Sendable, Hashable, Codable {
        public var listing: JournalListing
        /// Why it is not undone and what to do; nil: it is undone.
        public var problem: String?

        public init(listing: JournalListing, problem: String? = nil) {
            self.listing = listing
            self.problem = problem
        }

        /// Whether it tells something of an order: of its entries, and of files of which nobody knows whose they are.
        public func concerns(_ order: String) -> Bool { listing.order == order || listing.state == .unreadable }
    }

    public let journal: Journal
    private let logger: Logger
    private let processes = ProcessTable()

    public init(journal: Journal = Journal(), logger: Logger) {
        self.journal = journal
        self.logger = logger
    }

    /// Undoes every entry, or those of one order, all at once. Also sets aside what is damaged, and removes rules of ours
    /// that no entry asks for from every network namespace of the machine; with an order only where something is damaged.
    ///
    /// Never throws: each outcome has its own problem, and the journal keeps what is not undone.
    public func revertAll(order: String? = nil) async -> [Outcome] {
        // Before looking for entries: an order that enters one later finds that it is ended.
        journal.end(order)
        let contents = journal.contents()
        let entries = contents.entries.filter { order == nil || $0.order == order }
        var outcomes = await undo(entries)
        outcomes += await self.outcomes(of: contents.unreadable, undoing: entries)
        if order == nil { await sweep(undoing: Set(entries.map(\.id))) }
        return outcomes
    }

    /// What cannot be read may be of any order, so none is undone for certain as long as it is there.
    func outcomes(of files: [Journal.Unreadable], undoing entries: [JournalEntry]) async -> [Outcome] {
        if files.contains(where: \.isDamaged) { await sweep(undoing: Set(entries.map(\.id))) }
        return files.map { Outcome(listing: JournalListing($0), problem: setAside($0)) }
    }

    /// All at once.
    func undo(_ entries: [JournalEntry], at machine: MachineMoment = MachineMoment()) async -> [Outcome] {
        let undoing = Set(entries.map(\.id))
        let outcomes = await withTaskGroup(of: Outcome.self) { group in
            for entry in entries {
                group.addTask {
                    let listing = JournalListing(entry, machine: machine)
                    do {
                        try await revert(entry, undoing: undoing)
                        return Outcome(listing: listing)
                    } catch {
                        return Outcome(listing: listing, problem: "\(error)")
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return outcomes.sorted {
            ($0.listing.createdAt ?? 0, $0.listing.id) < ($1.listing.createdAt ?? 0, $1.listing.id)
        }
    }

    /// Undoes one entry and removes it from the journal.
    /// - Parameter undoing: entries that others are undoing at the same time.
    /// - Throws: `HostError`; the journal keeps it then.
    func revert(_ entry: JournalEntry, undoing: Set<String> = []) async throws {
        guard entry.bootID == BootClock.bootID() else {
            // Rules and processes ended with the boot that had them; their places mean others now.
            return try journal.remove(entry.id)
        }
        switch entry.place {
        case .network(let place):
            try await NetworkInjector(journal: journal, processes: processes, undoing: undoing).revert(entry, at: place)
        case .stress(let place):
            try await StressInjector(journal: journal, processes: processes).revert(entry, at: place)
        }
    }

    /// - Returns: where it is now, for people.
    func setAside(_ file: Journal.Unreadable) -> String {
        guard file.isDamaged else { return file.reason }
        do {
            return "\(file.reason); moved to \(try journal.setAside(file))"
        } catch {
            return "\(file.reason); \(error)"
        }
    }

    /// Removes rules that no entry asks for, such as those of an entry that could not be read.
    /// - Parameter undoing: entries that ask for nothing any more, although the journal may still have them.
    func sweep(undoing: Set<String> = []) async {
        let injector = NetworkInjector(journal: journal, processes: processes, undoing: undoing)
        for path in NamespaceFinder(processes: processes).everyNamespace() {
            do {
                guard try await injector.sweep(try await NetworkNamespace.open(path)) else { continue }
                logger.info("rendered a network namespace anew", metadata: ["namespace": "\(path)"])
            } catch {
                logger.debug("a network namespace could not be looked at", metadata: ["error": "\(error)"])
            }
        }
    }
}
