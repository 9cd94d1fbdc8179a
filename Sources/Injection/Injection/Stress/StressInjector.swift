import Glibc
import Host

/// Starts and ends `stress-ng` in control groups below a container's.
struct StressInjector: Sendable {
    var journal: Journal
    var processes = ProcessTable()

    /// - Throws: `InjectionError` when the container's control groups are out of reach.
    func place(_ id: String, on target: ResolvedTarget) throws -> StressPlace {
        try StressGroup.place(id, on: target, mounts: .node(processes))
    }

    /// Journals the entry and starts the stress. When this throws nothing of it is left, or the journal still has it.
    /// - Parameter limit: after this it ends by itself, whoever is left to end it.
    func apply(
        _ entry: JournalEntry, _ stress: CPUStress, at place: StressPlace, on target: ResolvedTarget, limit: Duration
    ) async throws {
        try journal.enter(entry)
        do {
            try await start(try group(entry.id, at: place), stress, on: target, limit: limit)
            // Somebody may have reverted the entry while the process started, and then has not seen it.
            guard journal.entry(entry.id)?.state == .active else {
                throw InjectionError(
                    code: .inject, reason: "the stress on pod \(entry.target.pod) was reverted while it started",
                    target: entry.target)
            }
        } catch {
            // When this fails too, the journal keeps the entry for the watchdog.
            try? await end(entry, at: place)
            throw error
        }
    }

    /// Ends the stress and removes the entry. One that is gone already is no error.
    /// - Throws: `HostError`; the journal keeps the entry then.
    func revert(_ entry: JournalEntry, at place: StressPlace) async throws {
        guard !journal.isGone(entry.id) else { return }
        try await end(entry, at: place)
    }

    func group(_ id: String, at place: StressPlace) throws -> StressGroup {
        try StressGroup(place, id: id, mounts: .node(processes))
    }

    private func end(_ entry: JournalEntry, at place: StressPlace) async throws {
        let group = try group(entry.id, at: place)
        if var current = journal.entry(entry.id), current.state == .active {
            current.state = .reverting
            // Only spares others the attempt; a full disk must not keep the stress alive.
            try? journal.write(current, isDurable: false)
        }
        try await group.remove()
        try journal.remove(entry.id)
    }

    private func start(
        _ group: StressGroup, _ stress: CPUStress, on target: ResolvedTarget, limit: Duration
    ) async throws {
        try group.create()
        let messages = try Descriptor.memory([])
        var request = SpawnRequest(
            executable: try HostProgram.stressNG.path(), arguments: Self.arguments(stress, limit: limit),
            environment: ["PATH=\(HostProgram.searchPath)", "LC_ALL=C"])
        request.directory = "/"
        request.standardOutput = messages
        request.standardError = messages
        request.controlGroupFiles = group.joinFiles
        if !target.sharesHostProcesses {
            request.join = SpawnRequest.Join(process: target.pid, kinds: [.pid])
        }
        // Its end is the group's matter; nobody waits for this process.
        let process = try await Spawner.shared.spawn(request)
        guard try await isWorking(process, group) else {
            let words = (try? FileTree.readText("/proc/self/fd/\(messages.number)")) ?? ""
            let reason = words.split(separator: "\n").last.map { ": \($0)" } ?? ""
            throw InjectionError(
                code: .inject, reason: "stress-ng ended at once in pod \(target.reference.pod)\(reason)",
                target: target.reference)
        }
    }

    /// Whether it has begun to use the processor: its workers are there, or it has ended instead.
    private func isWorking(_ process: ChildProcess, _ group: StressGroup) async throws -> Bool {
        for _ in 0..<400 {
            if process.hasEnded { return false }
            if group.tree.members().count > 1 { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return !process.hasEnded
    }

    static func arguments(_ stress: CPUStress, limit: Duration) -> [String] {
        // Whole seconds, and later than those who end it in time.
        let seconds = limit.milliseconds / 1000 + 5
        return [
            "stress-ng", "--quiet", "--cpu", String(stress.workers), "--cpu-load", String(stress.load), "--timeout",
            "\(seconds)s",
        ]
    }
}
