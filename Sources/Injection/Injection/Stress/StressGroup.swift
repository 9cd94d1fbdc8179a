import Glibc
import Host

/// The control groups of one CPU stress, below the container's own: so the container's limits count for the stress too,
/// every process of it is found whatever became of its parents, and its processor time is counted on its own.
struct StressGroup: Sendable, Hashable {
    static let prefix = "litmus-"

    /// Absolute, one in each hierarchy.
    let directories: [String]

    /// - Throws: `HostError` when a hierarchy cannot be seen from here, or a group is not one that was made for `id`:
    ///   with a damaged journal nothing else may be ended or removed.
    init(_ place: StressPlace, id: String, mounts: ControlGroupMounts) throws {
        directories = try place.groups.map { group in
            guard group.path.hasSuffix("/" + Self.prefix + id) else {
                throw HostError(
                    "use the control group", group.path, reason: "it does not belong to the journal entry \(id)")
            }
            return try mounts.directory(group)
        }
    }

    /// The hierarchies of version 1 that matter: limits, counting, finding, and being frozen together.
    private static let controllers: Set = ["cpu", "cpuacct", "cpuset", "memory", "pids", "freezer"]

    /// Which groups a stress would have; none is made yet.
    /// - Throws: `InjectionError` when the container's control groups cannot be reached.
    static func place(_ id: String, on target: ResolvedTarget, mounts: ControlGroupMounts) throws -> StressPlace {
        let groups = target.controlGroups.filter { group in
            let isUnified = group.controllers.isEmpty
            guard isUnified || !controllers.isDisjoint(with: group.controllers) else { return false }
            // Where the container has no group of its own there is nothing to share, except that the time is to be
            // counted; the second version counts it anyway.
            return group.path != "/" || group.controllers.contains("cpuacct")
        }
        do {
            for group in groups {
                let directory = try mounts.directory(group)
                guard FileTree.exists(directory + "/cgroup.procs") else {
                    throw HostError("reach the control group", directory, reason: "it is not there")
                }
            }
        } catch {
            throw InjectionError(
                code: .containerRuntime,
                reason: "the control groups of container \(target.reference.container) of pod "
                    + "\(target.reference.pod) are out of reach: \(error)",
                target: target.reference)
        }
        guard groups.contains(where: { $0.path != "/" }) else {
            throw InjectionError(
                code: .containerRuntime,
                reason: "container \(target.reference.container) of pod \(target.reference.pod) has no control group",
                target: target.reference)
        }
        return StressPlace(
            groups: groups.map { group in
                var child = group
                child.path = (group.path == "/" ? "" : group.path) + "/" + prefix + id
                return child
            })
    }

    /// - Throws: `HostError` when the container's groups are gone or full.
    func create() throws {
        for directory in directories {
            guard mkdir(directory, 0o755) == 0 || errno == EEXIST else {
                throw HostError("create the control group", directory, code: errno)
            }
            // A new group of this controller admits no process before it has both.
            for file in ["cpuset.cpus", "cpuset.mems"] where FileTree.exists(directory + "/" + file) {
                let parent = try FileTree.readText(Self.parent(of: directory) + "/" + file)
                let value = parent.filter { !$0.isWhitespace }
                if !value.isEmpty { try FileTree.set(directory + "/" + file, value) }
            }
        }
    }

    /// Files to which a process writes "0" to join.
    var joinFiles: [String] {
        directories.map { directory in
            // Moving one's own only thread needs no global lock; version 2 has no such file.
            FileTree.exists(directory + "/tasks") ? directory + "/tasks" : directory + "/cgroup.procs"
        }
    }

    var tree: ControlGroupTree { ControlGroupTree(directories: directories) }

    /// Processor time that members have used, in seconds; nil when the groups are gone.
    func processorSeconds() -> Double? {
        for directory in directories {
            if let text = try? FileTree.readText(directory + "/cpuacct.usage"),
                let nanoseconds = Double(text.filter { !$0.isWhitespace })
            {
                return nanoseconds / 1e9
            }
        }
        for directory in directories {
            guard let text = try? FileTree.readText(directory + "/cpu.stat") else { continue }
            for line in text.split(separator: "\n") where line.hasPrefix("usage_usec ") {
                if let microseconds = Double(line.dropFirst("usage_usec ".count)) { return microseconds / 1e6 }
            }
        }
        return nil
    }

    /// Cores that the container's limits leave to all its processes together; nil without a limit.
    func quota() -> Double? {
        directories.flatMap { directory -> [Double] in
            var found: [Double] = []
            var directory = Self.parent(of: directory)
            while FileTree.exists(directory + "/cgroup.procs") {
                if let quota = Self.quota(of: directory) { found.append(quota) }
                directory = Self.parent(of: directory)
            }
            return found
        }.min()
    }

    /// Processors of the node on which the container may run.
    func processors() -> Int {
        let online = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        let sets = directories.flatMap { directory in
            ["cpuset.cpus.effective", "cpuset.effective_cpus"].compactMap { file in
                try? FileTree.readText(Self.parent(of: directory) + "/" + file)
            }
        }
        return max(1, sets.map(Self.size).filter { $0 > 0 }.min().map { min($0, online) } ?? online)
    }

    /// Of a list such as `0-3,6`.
    static func size(_ list: String) -> Int {
        list.split { $0 == "," || $0.isWhitespace }.reduce(0) { sum, range in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, last >= first else { return sum }
            return sum + last - first + 1
        }
    }

    /// Ends every member and removes the groups. What is gone already is no error.
    /// - Throws: `HostError` when a process does not end.
    func remove() async throws {
        // Asked first, its first process waits for its workers; killed at once, they would stay as zombies with the
        // container's first process, which seldom waits for children that are not its own.
        tree.signal(SIGTERM)
        await tree.awaitEnd(within: .milliseconds(300))
        try await tree.killAll()
        try tree.remove()
    }

    private static func parent(of directory: String) -> String {
        String(directory[..<(directory.lastIndex(of: "/") ?? directory.startIndex)])
    }

    private static func quota(of directory: String) -> Double? {
        if let text = try? FileTree.readText(directory + "/cpu.max") {
            let fields = text.split(whereSeparator: \.isWhitespace).map(String.init)
            guard fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0 else {
                return nil
            }
            return quota / period
        }
        guard let quota = number(directory + "/cpu.cfs_quota_us"), quota > 0,
            let period = number(directory + "/cpu.cfs_period_us"), period > 0
        else { return nil }
        return quota / period
    }

    private static func number(_ file: String) -> Double? {
        (try? FileTree.readText(file)).flatMap { Double($0.filter { !$0.isWhitespace }) }
    }
}
