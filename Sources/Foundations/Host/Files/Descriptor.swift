import CLinux
import Glibc

/// An open file descriptor that is closed when its last user drops it. Always close-on-exec.
public final class Descriptor: Sendable {
    public let number: Int32

    /// Takes ownership of `number`.
    public init(owning number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// `open(2)` with `O_CLOEXEC` added.
    public static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o644) throws -> Descriptor {
        let number = clinux_open(path, flags, mode)
        guard number >= 0 else { throw HostError.last("open", path) }
        return Descriptor(owning: number)
    }

    public static func null() throws -> Descriptor {
        try open("/dev/null", O_RDWR)
    }

    /// An anonymous file in memory that holds `bytes`, read from the start: input for a program without a writer.
    public static func memory(_ bytes: [UInt8]) throws -> Descriptor {
        let number = clinux_memfd("input")
        guard number >= 0 else { throw HostError.last("create a file in memory") }
        let descriptor = Descriptor(owning: number)
        try descriptor.writeAll(bytes)
        guard lseek(number, 0, SEEK_SET) == 0 else { throw HostError.last("rewind a file in memory") }
        return descriptor
    }

    enum PipeEnd { case reading, writing }

    /// A pipe, of which our end never blocks.
    static func pipe(nonBlocking end: PipeEnd = .reading) throws -> (reading: Descriptor, writing: Descriptor) {
        var ends: [Int32] = [0, 0]
        guard clinux_pipe(&ends) == 0 else { throw HostError.last("create a pipe") }
        let reading = Descriptor(owning: ends[0])
        let writing = Descriptor(owning: ends[1])
        try (end == .reading ? reading : writing).setNonBlocking()
        return (reading, writing)
    }

    /// The two ends of a terminal; our own never blocks.
    static func terminal() throws -> (own: Descriptor, program: Descriptor) {
        var own: Int32 = -1
        var program: Int32 = -1
        guard clinux_open_terminal(&own, &program) == 0 else { throw HostError.last("open a terminal") }
        let result = (own: Descriptor(owning: own), program: Descriptor(owning: program))
        try result.own.setNonBlocking()
        return result
    }

    /// Another number for the same open file.
    func duplicate() throws -> Descriptor {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw HostError.last("duplicate a descriptor") }
        return Descriptor(owning: copy)
    }

    private func setNonBlocking() throws {
        guard fcntl(number, F_SETFL, O_NONBLOCK) == 0 else { throw HostError.last("make a descriptor non-blocking") }
    }

    public func writeAll(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let written = bytes[offset...].withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw HostError.last("write") }
            offset += written
        }
    }

    /// What can be read now without waiting; `isAtEnd` when nothing more can come.
    func readAvailable(limit: Int) -> (bytes: [UInt8], isAtEnd: Bool) {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while result.count < limit {
            let count = read(number, &buffer, min(buffer.count, limit - result.count))
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return (result, errno != EAGAIN) }
            if count == 0 { return (result, true) }
            result.append(contentsOf: buffer[..<count])
        }
        return (result, false)
    }
}
