import CLinux
import Glibc
import Synchronization

/// Dead descendants that this process inherited as their subreaper and nobody waits for.
public enum Orphans {
    /// Reaps those of a control group and the groups below it. Never touches another library's children.
    public static func reap(in group: ControlGroup) {
        for pid in children() where isDead(pid) && group.contains(process: pid) {
            guard !ChildProcess.watched.withLock({ $0.contains(pid) }) else { continue }
            let number = clinux_pidfd_open(pid)
            guard number >= 0 else { continue }
            let process = Descriptor(owning: number)
            var code: Int32 = 0
            var signal: Int32 = 0
            _ = clinux_reap(process.number, &code, &signal)
        }
    }

    /// Empty on kernels that do not list them.
    private static func children() -> [Int32] {
        FileTree.names(in: "/proc/self/task").flatMap { thread in
            let text = (try? FileTree.readText("/proc/self/task/\(thread)/children")) ?? ""
            return text.split(separator: " ").compactMap { Int32($0) }
        }
    }

    private static func isDead(_ pid: Int32) -> Bool {
        // The state follows the command in parentheses, which may hold anything.
        let text = (try? FileTree.readText("/proc/\(pid)/stat")) ?? ""
        guard let end = text.lastIndex(of: ")") else { return false }
        return text[end...].dropFirst(2).first == "Z"
    }
}

extension ControlGroup {
    /// Whether a process, dead ones included, is in the group or below it.
    func contains(process pid: Int32) -> Bool {
        guard let text = try? FileTree.readText("/proc/\(pid)/cgroup") else { return false }
        return text.split(separator: "\n").contains { line in
            // hierarchy:controllers:path
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return false }
            return fields[2] == path || fields[2].hasPrefix(path + "/")
        }
    }
}
