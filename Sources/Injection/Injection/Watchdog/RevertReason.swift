/// Why the watchdog takes an entry out of its owner's hands.
enum RevertReason: String, Sendable, Hashable {
    case ownerIsGone = "its owner is gone"
    case deadlineHasPassed = "its deadline has passed"
    case otherBoot = "the machine was booted anew"

    /// The owner reverts at the deadline itself; only when it is late others do.
    static let grace: Int64 = 300

    /// nil: the entry is in good hands.
    init?(_ entry: JournalEntry, _ machine: MachineMoment) {
        if entry.bootID != machine.bootID {
            self = .otherBoot
        } else if machine.isAlive(entry.owner) == false {
            self = .ownerIsGone
            // The deadline is any number that a file may hold; now is none of the great ones.
        } else if machine.now - Self.grace > entry.deadline {
            self = .deadlineHasPassed
        } else {
            return nil
        }
    }
}
