import ArgumentParser
import Host
import Injection
import Logging

/// The process that undoes faults whose injector died: outside every pod, and alive after the `litmus` that started it.
struct WatchdogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watchdog",
        abstract: "Undo faults whose injector died, or that outlived their duration.",
        discussion: """
            'litmus up' and 'litmus run' start one by themselves. Several on one machine take turns.
            """, shouldDisplay: false)

    @Option(help: "End when this process has ended and nothing is left to undo.")
    var until: Int32?

    @Option(help: "The journal's directory.")
    var journal: String = Journal.defaultDirectory

    /// How long nothing may be in the journal before this process believes that nothing comes any more.
    private static let quiet = Duration.milliseconds(300)

    func run() async throws {
        let journal = Journal(directory: journal)
        let watchdog = Watchdog(
            journal: journal, logger: .standardError(label: "litmus.watchdog", .warning))
        try await Interruption.heeding { interruption in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await watchdog.run() }
                group.addTask { await interruption.wait() }
                if let until {
                    group.addTask { await Self.waitForEnd(of: until, journal) }
                }
                // Whichever is first ends the others.
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// Returns when the process has ended and its watchdog has nothing more to do.
    private static func waitForEnd(of pid: Int32, _ journal: Journal) async {
        // One that cannot be opened has ended already.
        _ = try? await ChildProcess.existing(pid: pid).wait()
        // Injectors of a litmus that was killed are killed with it, but take their time to die: until then their entries
        // look as if in good hands, and one that was being written appears.
        var lastWork = ContinuousClock.now
        while !Task.isCancelled, ContinuousClock.now - lastWork < Self.quiet {
            if journal.list().contains(where: { $0.isOwnerAlive != nil }) { lastWork = .now }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}
