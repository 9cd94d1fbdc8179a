import Foundation

/// This machine with a `/var/lib/litmus` of its own, where clusters with one data directory run one after another.
///
/// So no other cluster's watchdog looks after its faults, `litmus revert` undoes nobody else's, and a full disk is
/// nobody else's either. Everything else is the machine's.
final class FaultNode: Sendable {
    enum Disk: Sendable {
        /// The machine's own, so that writes take the time that they take.
        case ordinary
        /// One that can be filled.
        case small
    }

    private let directory: ScratchDirectory
    /// Keeps the mount namespace.
    private let holder: Program

    private init(directory: ScratchDirectory, holder: Program) {
        self.directory = directory
        self.holder = holder
    }

    /// Runs `body` and takes the node away afterwards, whatever happened.
    static func with(_ disk: Disk = .ordinary, _ body: @Sendable (FaultNode) async throws -> Void) async throws {
        let directory = try ScratchDirectory()
        let state = "/var/lib/litmus"
        let mount =
            switch disk {
            case .ordinary: "mount --bind \(directory.path)/state \(state)"
            case .small: "mount -t tmpfs -o size=256k tmpfs \(state)"
            }
        let script = "mkdir -p \(directory.path)/state \(state) && \(mount) && echo ready && exec sleep 1000"
        let holder = try Program(
            "/usr/bin/unshare", ["--mount", "--propagation", "private", "/bin/sh", "-c", script])
        defer { holder.signal(SIGKILL) }
        try await holder.waitFor("ready")
        let node = FaultNode(directory: directory, holder: holder)
        let result: Result<Void, any Error>
        do { result = .success(try await body(node)) } catch { result = .failure(error) }
        // What a test that failed has left in force ends with it.
        if !node.entries.isEmpty { _ = try await node.litmus(["revert"]) }
        withExtendedLifetime(directory) {}
        try result.get()
    }

    /// Where its file system is found from the test.
    var root: String { "/proc/\(holder.pid)/root" }
    var journal: String { root + "/var/lib/litmus/journal" }

    private var launcher: [String] { ["/usr/bin/nsenter", "--target", "\(holder.pid)", "--mount", "--"] }

    /// Names of what is in the journal.
    var entries: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: journal)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted()
    }

    /// Starts a cluster, or the one that was there before again.
    func start() async throws -> TestCluster {
        try await TestCluster.start(
            directory: directory.path + "/data", launcher: launcher, root: root)
    }

    /// Runs `body` on a cluster and stops it afterwards, whatever happened.
    func withCluster(_ body: @Sendable (TestCluster) async throws -> Void) async throws {
        let cluster = try await start()
        let result: Result<Void, any Error>
        do { result = .success(try await body(cluster)) } catch { result = .failure(error) }
        try await cluster.stop()
        try result.get()
    }

    /// Runs `litmus` on this node to its end.
    func litmus(_ arguments: [String]) async throws -> (code: Int32, output: String) {
        let program = try Program(launcher[0], launcher.dropFirst() + [Place.litmus] + arguments)
        let code = try await program.wait(within: .seconds(120))
        return (code, program.output)
    }

    /// Leaves no byte free on a small disk.
    func fillDisk() async throws {
        for size in ["4k", "1"] {
            let words = ["dd", "if=/dev/zero", "of=/var/lib/litmus/filler-\(size)", "bs=\(size)"]
            try await Program(launcher[0], launcher.dropFirst() + words).wait(within: .seconds(20))
        }
    }

    func freeDisk() throws {
        for size in ["4k", "1"] {
            try FileManager.default.removeItem(atPath: root + "/var/lib/litmus/filler-\(size)")
        }
    }
}
