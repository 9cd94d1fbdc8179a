import CLinux
import Glibc

/// An exclusive `flock(2)`, held until the value is dropped or the process ends, however it ends.
public final class FileLock: Sendable {
    private let descriptor: Descriptor

    private init(_ descriptor: Descriptor) {
        self.descriptor = descriptor
    }

    /// Takes the lock if nobody holds it; nil if somebody does. Makes the file.
    public static func tryLock(_ path: String) throws -> FileLock? {
        let descriptor = try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
        guard clinux_lock_file(descriptor.number, 0) == 0 else {
            if errno == EWOULDBLOCK { return nil }
            throw HostError.last("lock", path)
        }
        return FileLock(descriptor)
    }

    /// Waits for the lock on a thread of its own. For short critical sections between processes.
    public static func lock(_ path: String) async throws -> FileLock {
        try await KernelThread.run {
            let descriptor = try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
            while clinux_lock_file(descriptor.number, 1) != 0 {
                guard errno == EINTR else { throw HostError.last("lock", path) }
            }
            return FileLock(descriptor)
        }
    }
}
