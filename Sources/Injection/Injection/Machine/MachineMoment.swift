import Glibc

/// What decides about entries at one moment: boot, time, and who lives.
struct MachineMoment: Sendable {
    var bootID = BootClock.bootID()
    /// Milliseconds of `CLOCK_BOOTTIME`.
    var now = BootClock.milliseconds()
    var processes = ProcessTable()

    /// nil when the owner's number means nothing here, because it counts in another pid namespace.
    func isAlive(_ owner: JournalEntry.Owner) -> Bool? {
        guard owner.pidNamespace == processes.namespace("pid", of: getpid()) else { return nil }
        return processes.isAlive(owner.pid, startTime: owner.startTime)
    }
}

extension JournalEntry.Owner {
    /// This process.
    static func current(_ processes: ProcessTable = ProcessTable()) -> JournalEntry.Owner {
        let pid = getpid()
        return JournalEntry.Owner(
            pid: pid, startTime: processes.life(pid)?.startTime ?? 0,
            pidNamespace: processes.namespace("pid", of: pid) ?? 0)
    }
}
