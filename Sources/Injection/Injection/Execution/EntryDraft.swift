/// What entries of one order on one target have in common.
struct EntryDraft: Sendable {
    var order: String
    var fault: String
    var owner: JournalEntry.Owner
    /// Milliseconds of `CLOCK_BOOTTIME`.
    var deadline: Int64

    func entry(
        id: String, _ step: MachineStep, on target: TargetReference, at place: JournalEntry.Place
    ) -> JournalEntry {
        JournalEntry(
            id: id, order: order, fault: fault, step: step, target: target, place: place, owner: owner,
            deadline: deadline, bootID: BootClock.bootID(), createdAt: BootClock.wallMilliseconds(), state: .active)
    }
}
