import Glibc
import Host

/// Finds a network namespace again, as long as anything keeps it.
struct NamespaceFinder: Sendable {
    var processes = ProcessTable()

    /// nil when no process and no mount has it any more: then it is gone, and its rules with it.
    /// - Throws: `HostError` when something may have it that cannot be entered from here.
    func find(_ place: NetworkPlace) async throws -> NetworkNamespace? {
        // Its own process first, though that may have gone elsewhere; the others after a restart of the target.
        let first = processes.isAlive(place.pid, startTime: place.startTime) ? [place.pid] : []
        for pid in first + processes.pids() where processes.namespace("net", of: pid) == place.inode {
            // Processes end at any time.
            guard let namespace = try? await NetworkNamespace.open(processes.file(pid, "ns/net")),
                namespace.inode == place.inode
            else { continue }
            return itself(namespace, place)
        }
        var problem: (any Error)?
        for mount in mounts where mount.inode == place.inode {
            do { return itself(try await NetworkNamespace.open(mount.path), place) } catch { problem = error }
        }
        if let problem { throw problem }
        return nil
    }

    /// nil when a later namespace has the number: two have never the same at a time.
    private func itself(_ namespace: NetworkNamespace, _ place: NetworkPlace) -> NetworkNamespace? {
        namespace.cookie == place.cookie ? namespace : nil
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
