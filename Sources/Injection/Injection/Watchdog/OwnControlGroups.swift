import Glibc
import Host

/// The control groups that this process is in.
enum OwnControlGroups {
    /// Moves this process to the root of each hierarchy in which it is in a group. The root is outside every pod, and
    /// unlike a group of our own it leaves nothing behind however we end. Without root it does nothing.
    /// - Throws: `HostError` when a hierarchy refuses; the others are left all the same.
    static func leave() throws {
        guard geteuid() == 0 else { return }
        let processes = ProcessTable()
        let mounts = ControlGroupMounts.node(processes)
        var problem: (any Error)?
        for var group in processes.controlGroups(getpid()) where group.path != "/" {
            group.path = "/"
            do { try FileTree.set(try mounts.directory(group) + "/cgroup.procs", "0") } catch { problem = error }
        }
        if let problem { throw problem }
    }
}
