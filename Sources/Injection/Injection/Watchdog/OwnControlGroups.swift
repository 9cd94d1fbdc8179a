import Glibc
import Host

/// The control groups that this process is in.
enum OwnControlGroups {
    /// Moves this process to the root of each hierarchy in which it is in a group. The root is outside every pod, and
    /// unlike a group of our own it leaves nothing behind however we end. Without root it does nothing.
    /// - Parameter groups: those to leave, all of its own unless said otherwise.
    /// - Throws: `HostError` when a hierarchy refuses; the others are left all the same.
    static func leave(_ groups: [ControlGroupPath] = ProcessTable().controlGroups(getpid())) throws {
        guard geteuid() == 0 else { return }
        let mounts = ControlGroupMounts.node()
        var problem: (any Error)?
        for var group in groups where group.path != "/" {
            group.path = "/"
            do { try FileTree.set(try mounts.directory(group) + "/cgroup.procs", "0") } catch { problem = error }
        }
        if let problem { throw problem }
    }
}
