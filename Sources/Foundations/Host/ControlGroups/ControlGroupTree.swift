import CLinux
import Glibc

/// One control group by its directory in each hierarchy, with all groups below it. The directories need not exist.
public struct ControlGroupTree: Sendable, Hashable {
    /// Absolute paths.
    public var directories: [String]

    public init(directories: [String]) {
        self.directories = directories
    }

    /// The processes of the group and of those below it.
    public func members() -> Set<Int32> {
        var result: Set<Int32> = []
        for directory in directories { Self.collect(directory, into: &result) }
        return result
    }

    /// Sends every member a signal, once.
    public func signal(_ signal: Int32) {
        for process in Self.open(members()) { _ = clinux_pidfd_send_signal(process.number, signal) }
    }

    /// Kills every member, also those started meanwhile, and waits until they have ended.
    /// - Throws: `HostError` when some are left after `timeout`.
    public func killAll(timeout: Duration = .seconds(5)) async throws {
        let tree = self
        try await KernelThread.run {
            let deadline = ContinuousClock.now + timeout
            while true {
                let members = tree.members()
                if members.isEmpty { return }
                guard ContinuousClock.now < deadline else {
                    let list = members.sorted().map(String.init).joined(separator: ", ")
                    throw HostError("end the processes", list, reason: "still there \(timeout) after SIGKILL")
                }
                tree.killOnce()
                let processes = Self.open(members)
                for process in processes { _ = clinux_pidfd_send_signal(process.number, SIGKILL) }
                for process in processes { _ = clinux_poll_readable(process.number, 1000) }
            }
        }
    }

    /// Waits until every process that is a member now has ended, at most `limit`.
    public func awaitEnd(within limit: Duration) async {
        let processes = Self.open(members())
        // Without the resources for a thread there is nothing to wait with.
        try? await KernelThread.run {
            let deadline = ContinuousClock.now + limit
            for process in processes {
                let left = deadline - ContinuousClock.now
                let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
                _ = clinux_poll_readable(process.number, Int32(max(0, min(milliseconds, 60_000))))
            }
        }
    }

    /// Removes the group and those below it. Members must have ended.
    public func remove() throws {
        for directory in directories { try Self.removeDirectories(directory) }
    }

    /// Version 2 kills a whole tree at once.
    private func killOnce() {
        for directory in directories where FileTree.exists(directory + "/cgroup.kill") {
            try? FileTree.set(directory + "/cgroup.kill", "1")
        }
    }

    private static func open(_ members: Set<Int32>) -> [Descriptor] {
        members.map { clinux_pidfd_open($0) }.filter { $0 >= 0 }.map { Descriptor(owning: $0) }
    }

    private static func collect(_ directory: String, into result: inout Set<Int32>) {
        guard let text = try? FileTree.readText(directory + "/cgroup.procs") else { return }
        for line in text.split(separator: "\n") {
            if let pid = Int32(line), pid > 0 { result.insert(pid) }
        }
        for name in subdirectories(directory) { collect(directory + "/" + name, into: &result) }
    }

    private static func subdirectories(_ directory: String) -> [String] {
        FileTree.names(in: directory).filter { name in
            // The kernel's own files all have a dot, except these; group names of ours are checked by lstat.
            var status = stat()
            return lstat(directory + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        }
    }

    private static func removeDirectories(_ directory: String) throws {
        if rmdir(directory) == 0 || errno == ENOENT { return }
        for name in subdirectories(directory) { try removeDirectories(directory + "/" + name) }
        // A group is busy for a moment after its last process was reaped.
        for _ in 0..<200 {
            if rmdir(directory) == 0 || errno == ENOENT { return }
            guard errno == EBUSY else { break }
            usleep(1000)
        }
        throw HostError.last("remove the control group", directory)
    }
}
