import CLinux
import Glibc

/// A network namespace that stays while the value lives, whatever becomes of its processes and files.
public struct NetworkNamespace: Sendable {
    /// Of the namespace's file; a later namespace may get the same.
    public let inode: UInt64
    /// No other namespace gets it until the next boot. Linux 5.14.
    public let cookie: UInt64
    private let file: Descriptor

    private init(_ file: Descriptor, cookie: UInt64) throws {
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw HostError.last("look at the network namespace") }
        self.file = file
        self.cookie = cookie
        inode = UInt64(status.st_ino)
    }

    /// Where to enter it, in this process, while the value lives.
    public var path: String { "/proc/self/fd/\(file.number)" }

    /// - Parameter path: `/proc/PID/ns/net` or a bind mount of it.
    public static func open(_ path: String) async throws -> NetworkNamespace {
        try await KernelThread.run {
            let file = try Descriptor.open(path, O_RDONLY)
            guard clinux_setns(file.number, clinux_new_net) == 0 else {
                throw HostError.last("enter the network namespace", path)
            }
            return try NetworkNamespace(file, cookie: currentCookie())
        }
    }

    /// A new one with nothing but `lo`, gone with the value and whatever was started in it.
    public static func scratch() async throws -> NetworkNamespace {
        try await KernelThread.run {
            guard clinux_unshare(clinux_new_net) == 0 else { throw HostError.last("create a network namespace") }
            let file = try Descriptor.open("/proc/thread-self/ns/net", O_RDONLY)
            return try NetworkNamespace(file, cookie: currentCookie())
        }
    }

    private static func currentCookie() throws -> UInt64 {
        var cookie: UInt64 = 0
        guard clinux_network_cookie(&cookie) == 0 else {
            throw HostError.last("read the network namespace's cookie (Linux 5.14 has it)")
        }
        return cookie
    }
}
