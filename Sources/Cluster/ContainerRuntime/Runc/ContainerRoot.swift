import Host

/// The private root file system of a container: an overlay whose changes lie in a directory of its own. It is mounted
/// only in the container's mount namespace, so that it vanishes with the last process.
struct ContainerRoot: Sendable, Hashable {
    /// Holds the three directories below.
    var directory: String
    /// What the container sees unchanged: `/` or a root file system.
    var lower: String

    var upper: String { directory + "/upper" }
    var work: String { directory + "/work" }
    var mountPoint: String { directory + "/root" }

    /// Makes the directories and the files under `/etc` that differ from pod to pod.
    func create(for sandbox: SandboxState) throws {
        for path in [directory, upper + "/etc", work, mountPoint] { try FileTree.makeDirectories(path) }
        try FileTree.write(sandbox.hosts, to: upper + "/etc/hosts")
        try FileTree.write(sandbox.specification.hostname + "\n", to: upper + "/etc/hostname")
        try FileTree.write(sandbox.specification.resolvConf, to: upper + "/etc/resolv.conf")
    }

    var mount: MountOperation { .overlay(lower: lower, upper: upper, work: work, at: mountPoint) }

    func remove() throws {
        try FileTree.remove(directory)
    }
}
