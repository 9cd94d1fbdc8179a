extension Reverter {
    /// Undoes what nobody answers for any more: entries whose owner is dead, whose deadline has passed, or of an earlier
    /// boot. Whatever has an owner is left alone.
    /// - Parameter order: undone whoever owns it; nil is none.
    /// - Returns: each entry that was to be undone; the journal keeps those with a problem. With an order also each file
    ///   that cannot be read, because it may be an entry of that order.
    public func revertLost(order: String? = nil) async -> [Outcome] {
        let machine = MachineMoment()
        if let order { journal.end(order) }
        let contents = journal.contents()
        let entries = contents.entries.filter { $0.order == order || RevertReason($0, machine) != nil }
        let outcomes = await undo(entries, at: machine)
        guard order != nil else { return outcomes }
        return outcomes + (await self.outcomes(of: contents.unreadable, undoing: entries))
    }
}
