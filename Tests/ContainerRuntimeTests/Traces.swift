import Foundation
import Host

/// What clusters leave on a machine, counted.
struct Traces: Equatable, CustomStringConvertible {
    var mounts: [String]
    var devices: [String]
    var controlGroups: [String]
    var networkNamespaces: Int
    var processes: [Int32]
    var directories: [String]
    var tables: [String]

    var description: String {
        """
        mounts \(mounts), devices \(devices), control groups \(controlGroups), \
        network namespaces \(networkNamespaces), processes \(processes), directories \(directories), tables \(tables)
        """
    }

    /// - Parameter id: devices, groups, rules and directories of this cluster only, since others may be running.
    static func of(_ id: String) async throws -> Traces {
        let groups = FileTree.names(in: "/sys/fs/cgroup").flatMap { controller in
            FileTree.names(in: "/sys/fs/cgroup/" + controller).filter { $0 == "litmus-" + id }
        }
        return Traces(
            mounts: try MountTable.read().map(\.mountPoint).filter { $0.contains(id) },
            devices: IPRoute.devices().filter { $0.hasPrefix("lt" + id) }, controlGroups: groups,
            networkNamespaces: try namespaces().filter { $0.hasPrefix("net:") }.count,
            processes: processes(id),
            directories: FileTree.names(in: "/run/litmus/clusters").filter { $0 == id },
            tables: await Nftables.tables().map(\.name).filter { $0.contains(id) })
    }

    /// Namespaces kept by mounts; those of processes are counted as processes.
    private static func namespaces() throws -> [String] {
        try MountTable.read().filter { $0.type == "nsfs" && $0.mountPoint.hasPrefix("/run/litmus") }.map(\.root)
    }

    private static func processes(_ id: String) -> [Int32] {
        FileTree.names(in: "/proc").compactMap(Int32.init).filter { pid in
            let text = (try? FileTree.readText("/proc/\(pid)/cgroup")) ?? ""
            return text.contains("/litmus-" + id) && !isDeadChildOfInit(pid)
        }
    }

    /// Init collects them when it pleases; dead children of our own would be our fault.
    private static func isDeadChildOfInit(_ pid: Int32) -> Bool {
        let text = (try? FileTree.readText("/proc/\(pid)/stat")) ?? ""
        guard let end = text.lastIndex(of: ")") else { return true }
        let fields = text[end...].split(separator: " ").dropFirst()
        return fields.prefix(2).elementsEqual(["Z", "1"])
    }
}
