import Logging

/// Reverts what its owner cannot revert any more: entries whose owner is dead or whose deadline has passed.
public struct Watchdog: Sendable {
    private let journal: Journal
    private let isolates: Bool
    private let logger: Logger

    /// - Parameter isolates: moves this process to a control group of its own while it runs (root only), so that no
    ///   pod's end takes it along.
    public init(journal: Journal = Journal(), isolates: Bool = true, logger: Logger) {
        self.journal = journal
        self.isolates = isolates
        self.logger = logger
    }

    /// Runs until the task is cancelled. Of several watchdogs of one journal one works, the others wait for its end.
    public func run() async {}
}
