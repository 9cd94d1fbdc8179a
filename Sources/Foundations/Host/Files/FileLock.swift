import CLinux
import Glibc

/// An exclusive `flock(2)`, held until the value is dropped or the process ends, however it ends.
public final class FileLock: Sendable {
    private let descriptor: Descriptor
    private let path: String

    private init(_ descriptor: Descriptor, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Takes the lock if nobody holds it; nil if somebody does. Makes the file.
    public static func tryLock(_ path: String) throws -> FileLock? {
        let descriptor = try open(path)
        guard clinux_lock_file(descriptor.number, 0) == 0 else {
            if errno == EWOULDBLOCK { return nil }
            throw HostError.last("lock", path)
        }
        return FileLock(descriptor, path)
    }

    /// Waits for the lock on a thread of its own. For short critical sections between processes.
    public static func lock(_ path: String) async throws -> FileLock {
        try await KernelThread.run {
            while true {
                let descriptor = try open(path)
                while clinux_lock_file(descriptor.number, 1) != 0 {
                    guard errno == EINTR else { throw HostError.last("lock", path) }
                }
                let lock = FileLock(descriptor, path)
                // Its last holder may have removed the file while we waited.
                if lock.isAtItsPath { return lock }
            }
        }
    }

    /// Nothing is ever written, so a file system that became read-only keeps nobody from a lock whose file is there.
    private static func open(_ path: String) throws -> Descriptor {
        do {
            return try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
        } catch let error as HostError where error.code == EROFS {
            return try Descriptor.open(path, O_RDONLY)
        }
    }

    /// Removes the file, so that locks that are no longer needed do not pile up. Only for files that everybody locks by
    /// `lock`: who waits for it now starts anew with a new file.
    public func removeFile() {
        if isAtItsPath { unlink(path) }
    }

    private var isAtItsPath: Bool {
        var held = stat()
        var found = stat()
        return fstat(descriptor.number, &held) == 0 && stat(path, &found) == 0 && held.st_ino == found.st_ino
            && held.st_dev == found.st_dev
    }
}
