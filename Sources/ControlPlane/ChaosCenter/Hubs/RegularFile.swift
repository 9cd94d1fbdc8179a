import Glibc
import Host

/// Reads files that somebody else made.
enum RegularFile {
    /// - Returns: nil when it is no regular file, or larger than the limit.
    /// - Throws: `HostError`.
    static func read(_ path: String, limit: Int) throws -> [UInt8]? {
        // Opening what is no file, such as a named pipe, must not wait for somebody.
        let file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        var status = stat()
        guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
            return nil
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = Glibc.read(file.number, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw HostError("read", path, code: errno) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
        return nil
    }
}
