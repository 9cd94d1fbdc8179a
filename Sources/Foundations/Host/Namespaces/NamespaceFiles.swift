import CLinux
import Glibc

/// Namespaces without processes, kept alive by bind mounts of them on files of a directory: `net`, `ipc`, `uts`.
public struct NamespaceFiles: Sendable, Hashable {
    public var directory: String

    public init(directory: String) {
        self.directory = directory
    }

    public var network: String { directory + "/net" }
    public var ipc: String { directory + "/ipc" }
    public var uts: String { directory + "/uts" }

    /// Creates an IPC and a UTS namespace with a host name and, when `network`, a network namespace with `lo` down.
    /// `settings` (paths below `/proc/sys/net` and values) are written inside the network namespace.
    public func create(hostname: String, network: Bool, settings: [(path: String, value: String)] = []) async throws {
        let files = self
        try await KernelThread.run {
            try FileTree.makeDirectories(files.directory)
            let kinds: NamespaceKinds = network ? [.ipc, .uts, .network] : [.ipc, .uts]
            guard clinux_unshare(kinds.rawValue) == 0 else { throw HostError.last("create namespaces for", hostname) }
            guard sethostname(hostname, hostname.utf8.count) == 0 else {
                throw HostError.last("set the host name", hostname)
            }
            try Self.keep("ipc", at: files.ipc)
            try Self.keep("uts", at: files.uts)
            guard network else { return }
            for (path, value) in settings { try FileTree.set("/proc/sys/net/" + path, value) }
            try Self.keep("net", at: files.network)
        }
    }

    /// Lets the namespaces go. Those that processes still use live until they end.
    public func remove() throws {
        for name in FileTree.names(in: directory) { try MountTable.detach(directory + "/" + name) }
        try FileTree.remove(directory)
    }

    private static func keep(_ name: String, at path: String) throws {
        try FileTree.write("", to: path, mode: 0o444)
        try Mounting.perform(.bind("/proc/thread-self/ns/" + name, to: path))
    }
}
