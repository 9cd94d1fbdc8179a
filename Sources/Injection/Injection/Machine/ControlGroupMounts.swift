import Glibc
import Host

/// Where the node's control groups are to be reached from here.
struct ControlGroupMounts: Sendable, Hashable {
    /// In front of every path: the node's root, when this process has another.
    var prefix: String
    var entries: [MountEntry]

    /// The mounts of the node's first process, because a container's own show no more than the container.
    static func node(_ processes: ProcessTable = ProcessTable()) throws -> ControlGroupMounts {
        let isOwn = processes.namespace("mnt", of: 1) == ProcessTable().namespace("mnt", of: getpid())
        let table = try MountTable.read(isOwn ? "/proc/self/mountinfo" : processes.file(1, "mountinfo"))
        return ControlGroupMounts(prefix: isOwn ? "" : processes.file(1, "root"), entries: table)
    }

    /// The directory of a group; nil when its hierarchy is not mounted or does not show it.
    func directory(_ group: ProcessTable.Membership) -> String? {
        let mount = entries.last { entry in
            group.controllers.isEmpty
                ? entry.type == "cgroup2"
                : entry.type == "cgroup" && group.controllers.allSatisfy(entry.superOptions.contains)
        }
        guard let mount else { return nil }
        if mount.root == "/" { return prefix + mount.mountPoint + (group.path == "/" ? "" : group.path) }
        guard group.path == mount.root || group.path.hasPrefix(mount.root + "/") else { return nil }
        return prefix + mount.mountPoint + group.path.dropFirst(mount.root.utf8.count)
    }
}
