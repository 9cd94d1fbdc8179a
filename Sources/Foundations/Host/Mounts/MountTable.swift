import CLinux
import Glibc

/// A line of `/proc/self/mountinfo`, `proc_pid_mountinfo(5)`.
public struct MountEntry: Sendable, Hashable {
    public var mountPoint: String
    /// The directory of the mounted file system that is seen there; for namespaces `net:[…]`.
    public var root: String
    public var type: String
    public var source: String
    public var superOptions: [String]

    /// nil when the line has another form.
    public init?(line: Substring) {
        let fields = line.split(separator: " ")
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 2 else { return nil }
        root = Self.unescaped(fields[3])
        mountPoint = Self.unescaped(fields[4])
        type = String(fields[dash + 1])
        source = Self.unescaped(fields[dash + 2])
        superOptions = fields.count > dash + 3 ? fields[dash + 3].split(separator: ",").map(String.init) : []
    }

    /// The kernel writes space, tab, newline and backslash as `\ooo`.
    private static func unescaped(_ field: Substring) -> String {
        guard field.contains("\\") else { return String(field) }
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(3), as: UTF8.self)
            if byte == UInt8(ascii: "\\"), digits.utf8.count == 3, let value = UInt8(digits, radix: 8) {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The mounts of this process's mount namespace.
public enum MountTable {
    /// In the kernel's order: a mount comes after the one it lies on.
    /// - Parameter file: of another process's mount namespace (`/proc/PID/mountinfo`).
    public static func read(_ file: String = "/proc/self/mountinfo") throws -> [MountEntry] {
        try FileTree.readText(file).split(separator: "\n").compactMap(MountEntry.init(line:))
    }

    /// Mount points at or below a directory, innermost first.
    public static func mountPoints(under directory: String) throws -> [String] {
        try read().map(\.mountPoint).filter { $0 == directory || $0.hasPrefix(directory + "/") }.reversed()
    }

    /// Detaches a mount at once; it vanishes when its last user does. A path that is no mount point is no error.
    public static func detach(_ path: String) throws {
        guard umount2(path, clinux_detach) == 0 || errno == EINVAL || errno == ENOENT else {
            throw HostError.last("unmount", path)
        }
    }

    public static func detachAll(under directory: String) throws {
        for path in try mountPoints(under: directory) { try detach(path) }
    }

    /// The mount that a path lies on: the last one with the longest matching mount point.
    public static func entry(containing path: String, in table: [MountEntry]) -> MountEntry? {
        table.reduce(nil) { best, entry in
            let matches =
                entry.mountPoint == "/" || path == entry.mountPoint || path.hasPrefix(entry.mountPoint + "/")
            guard matches else { return best }
            return entry.mountPoint.utf8.count >= (best?.mountPoint.utf8.count ?? 0) ? entry : best
        }
    }
}

/// `mount(2)` in this process's own mount namespace.
public enum Mounting {
    public static func perform(_ operation: MountOperation) throws {
        let status = mount(
            operation.source, operation.target, operation.type, operation.flags.rawValue, operation.data)
        guard status == 0 else { throw HostError.last("mount", operation.target) }
    }
}
