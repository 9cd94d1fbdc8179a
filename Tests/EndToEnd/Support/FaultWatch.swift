import Foundation

/// What there is of faults on targets, looked at every few milliseconds from outside: by the kernel's own answers, and
/// none of Litmus' code.
final class FaultWatch: Sendable {
    /// What was to be seen of one target from a moment on.
    struct Sight: Sendable, Decodable {
        var uid: String
        /// Seconds of `CLOCK_MONOTONIC`.
        var at: Double
        /// Tables and rules of the packet filter in its network namespace.
        var rules: Int
        /// Queueing disciplines in its network namespace beyond those that were there first; negative when the namespace
        /// has gone, and its devices with it.
        var qdiscs: Int
        /// Control groups of stresses that exist.
        var groups: Int
        /// Processes of `stress-ng`.
        var stressors: Int
        /// Entries in the journal that name it.
        var entries: Int
        /// First processes of its container that have ended.
        var deaths: Int

        /// Whether an application would notice nothing of a lasting fault. This watch keeps namespaces, with their
        /// rules, that nobody is in any more.
        var isFree: Bool { (rules == 0 && qdiscs == 0 || qdiscs < 0) && groups == 0 && stressors == 0 }
        var isClean: Bool { isFree && entries == 0 }
    }

    private let program: Program
    private let orders: ScratchDirectory

    /// - Parameter journal: the directory.
    init(journal: String) throws {
        orders = try ScratchDirectory()
        program = try Program("/usr/bin/python3", ["-c", Self.script, journal, orders.path])
    }

    /// Runs `body` and ends the watch afterwards.
    static func with(journal: String, _ body: @Sendable (FaultWatch) async throws -> Void) async throws {
        let watch = try FaultWatch(journal: journal)
        defer { watch.program.signal(SIGKILL) }
        try await body(watch)
    }

    /// Begins to watch a target, and returns when it has been seen.
    func add(_ target: TargetPod) async throws {
        try Data(target.network.utf8).write(to: URL(filePath: orders.path + "/.new-" + target.uid))
        try FileManager.default.moveItem(
            atPath: orders.path + "/.new-" + target.uid, toPath: orders.path + "/" + target.uid)
        try await wait(target, "it") { _ in true }
    }

    func forget(_ target: TargetPod) throws {
        try FileManager.default.removeItem(atPath: orders.path + "/" + target.uid)
    }

    /// Everything that was seen of a target, oldest first; each sight lasts until the next.
    func sights(_ target: TargetPod) -> [Sight] {
        program.output.split(separator: "\n").compactMap { line in
            guard line.contains(target.uid) else { return nil }
            return try? JSONDecoder().decode(Sight.self, from: Data(line.utf8))
        }
    }

    /// Waits until the present sight satisfies a condition.
    /// - Returns: that sight.
    @discardableResult
    func wait(
        _ target: TargetPod, _ what: String, within limit: Duration = .seconds(30),
        until condition: (Sight) -> Bool
    ) async throws -> Sight {
        let deadline = ContinuousClock.now + limit
        while true {
            let sights = sights(target)
            if let last = sights.last, condition(last) { return last }
            if let code = program.code {
                throw Program.Ended(description: "the watch ended with \(code): \(program.output.suffix(2000))")
            }
            guard ContinuousClock.now < deadline else {
                throw Program.Ended(description: "waited \(limit) for \(what) on \(target.name): \(sights.suffix(5))")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Seconds of `CLOCK_MONOTONIC`.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
