import Glibc
import Host

/// Where the node's control groups are to be reached from here.
struct ControlGroupMounts: Sendable, Hashable {
    /// Mounts as one process has them.
    struct View: Sendable, Hashable {
        /// In front of every path, to reach that process's files from here.
        var prefix: String
        var entries: [MountEntry]
    }

    /// Better ones first.
    var views: [View]

    /// This process's mounts, and those of the node's first process, because a container may show no more than itself.
    static func node(_ processes: ProcessTable = ProcessTable()) -> ControlGroupMounts {
        let sources = [("", "/proc/self/mountinfo"), (processes.file(1, "root"), processes.file(1, "mountinfo"))]
        return ControlGroupMounts(
            views: sources.map { prefix, table in
                let entries = ((try? MountTable.read(table)) ?? []).filter { $0.type.hasPrefix("cgroup") }
                return View(prefix: prefix, entries: entries)
            })
    }

    var isEmpty: Bool { views.allSatisfy(\.entries.isEmpty) }

    /// Where a group is, or would be.
    /// - Throws: `HostError` when its hierarchy cannot be seen from here, which does not mean that the group is gone.
    func directory(_ group: ControlGroupPath) throws -> String {
        let components = group.path.split(separator: "/")
        // From within a control group namespace, groups outside of it are named upwards.
        guard group.path.hasPrefix("/"), !components.contains("..") else {
            throw HostError(
                "reach the control group", group.path, reason: "this process is in a control group namespace of its own"
            )
        }
        for view in views {
            guard let mount = view.entries.last(where: { Self.isHierarchy($0, group.controllers) }) else { continue }
            let isWhole = mount.root == "/"
            guard isWhole || group.path == mount.root || group.path.hasPrefix(mount.root + "/") else { continue }
            let below = isWhole ? group.path : String(group.path.dropFirst(mount.root.utf8.count))
            let root = view.prefix + mount.mountPoint
            guard FileTree.exists(root) else { continue }
            return root + (below == "/" ? "" : below)
        }
        let hierarchy = group.controllers.isEmpty ? "version 2" : group.controllers.joined(separator: ",")
        throw HostError(
            "reach the control group", group.path,
            reason: "the hierarchy of \(hierarchy) is not mounted here: mount the node's /sys")
    }

    private static func isHierarchy(_ mount: MountEntry, _ controllers: [String]) -> Bool {
        controllers.isEmpty
            ? mount.type == "cgroup2"
            : mount.type == "cgroup" && controllers.allSatisfy(mount.superOptions.contains)
    }
}
