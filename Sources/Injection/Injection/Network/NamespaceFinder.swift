import Glibc
import Host

/// Finds a network namespace again, as long as anything keeps it.
struct NamespaceFinder: Sendable {
    var processes = ProcessTable()

    /// nil when no process and no mount has it any more: then it is gone, and its rules with it.
    /// - Throws: `HostError` when something has it that cannot be entered from here.
    func find(_ place: NetworkPlace) async throws -> NetworkNamespace? {
        if processes.isAlive(place.pid, startTime: place.startTime),
            let found = await open(processes.file(place.pid, "ns/net"), place)
        {
            return found
        }
        // The target was restarted in its namespace, or only the runtime's file keeps it.
        for pid in processes.pids() where processes.namespace("net", of: pid) == place.inode {
            if let found = await open(processes.file(pid, "ns/net"), place) { return found }
        }
        for mount in mounts where mount.inode == place.inode {
            // A later namespace may have the number; but one that cannot be entered may be the one.
            let namespace = try await NetworkNamespace.open(mount.path)
            if namespace.cookie == place.cookie { return namespace }
        }
        return nil
    }

    private func open(_ path: String, _ place: NetworkPlace) async -> NetworkNamespace? {
        // Whoever keeps it may end at any time, so that failing means no more than that it is not there.
        guard let namespace = try? await NetworkNamespace.open(path), namespace.cookie == place.cookie else {
            return nil
        }
        return namespace
    }

    /// One way into each network namespace that processes or mounts keep.
    func everyNamespace() -> [String] {
        var known: Set<UInt64> = []
        var paths: [String] = []
        for pid in processes.pids() {
            guard let inode = processes.namespace("net", of: pid), known.insert(inode).inserted else { continue }
            paths.append(processes.file(pid, "ns/net"))
        }
        for mount in mounts where known.insert(mount.inode).inserted { paths.append(mount.path) }
        return paths
    }

    /// Files on which namespaces are mounted, here and where the node's first process lives, as runtimes keep those of
    /// pods in `/run/netns`.
    private var mounts: [(inode: UInt64, path: String)] {
        let roots = [("", "/proc/self/mountinfo"), (processes.file(1, "root"), processes.file(1, "mountinfo"))]
        return roots.flatMap { prefix, table in
            ((try? MountTable.read(table)) ?? []).compactMap { entry in
                guard entry.type == "nsfs", entry.root.hasPrefix("net:["), entry.root.hasSuffix("]") else { return nil }
                return UInt64(entry.root.dropFirst(5).dropLast()).map { ($0, prefix + entry.mountPoint) }
            }
        }
    }
}
