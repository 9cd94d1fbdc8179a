import CLinux
import Glibc

/// From within a control group namespace of one's own, as some runtimes give each container one, `/proc/PID/cgroup` names
/// the groups of others relative to one's own, and they cannot be found.
public enum ControlGroupNamespace {
    /// Marks a program that has been started anew, so that this happens once.
    private static let variable = "LITMUS_NODE_CONTROL_GROUPS"

    /// Starts this program anew, with its arguments, in the namespace of the machine's first process, where that is
    /// another; returns where it is the same, or where it may not be entered.
    ///
    /// Only for the beginning of a program: whatever it has opened or begun is lost. A whole process cannot change its
    /// namespace, only one of its threads; the program that a thread starts is in that thread's.
    public static func joinNode() {
        guard geteuid() == 0, getenv(variable) == nil, let own = name("self"), let node = name("1"), own != node,
            let namespace = try? Descriptor.open("/proc/1/ns/cgroup", O_RDONLY),
            clinux_setns(namespace.number, 0) == 0
        else { return }
        setenv(variable, "1", 1)
        execv("/proc/self/exe", CommandLine.unsafeArgv)
        // Without it, this thread alone would see other names than the rest.
        perror("litmus: the program cannot be started anew in the node's control group namespace")
        exit(1)
    }

    private static func name(_ process: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 64)
        let length = readlink("/proc/\(process)/ns/cgroup", &buffer, buffer.count - 1)
        guard length > 0 else { return nil }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
