import Glibc

/// Small blocking operations on files and directories, without Foundation's cost per call.
public enum FileTree {
    public static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// The names in a directory, unsorted; empty when there is no such directory, or it cannot be read.
    public static func names(in directory: String) -> [String] {
        (try? list(directory)) ?? []
    }

    /// The names in a directory, unsorted; empty when there is no such directory.
    /// - Throws: `HostError` when it cannot be read, such as for too many open files.
    public static func list(_ directory: String) throws -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw HostError.last("read the directory", directory)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            // Only this tells an error from the end.
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw HostError.last("read the directory", directory) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a directory and its parents; one that exists is no error.
    public static func makeDirectories(_ path: String, mode: mode_t = 0o755) throws {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw HostError.last("create the directory", path)
        }
        try makeDirectories(String(path[..<slash]), mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw HostError.last("create the directory", path) }
    }

    public static func read(_ path: String) throws -> [UInt8] {
        let descriptor = try Descriptor.open(path, O_RDONLY)
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor.number, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw HostError.last("read", path) }
            if count == 0 { return result }
            result.append(contentsOf: buffer[..<count])
        }
    }

    public static func readText(_ path: String) throws -> String {
        String(decoding: try read(path), as: UTF8.self)
    }

    /// Writes a file that need not survive a power failure.
    public static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: mode).writeAll(Array(text.utf8))
    }

    /// Writes into a file of the kernel (`/proc`, `/sys`), which must exist.
    public static func set(_ path: String, _ value: String) throws {
        let descriptor = try Descriptor.open(path, O_WRONLY)
        let bytes = Array(value.utf8)
        guard Glibc.write(descriptor.number, bytes, bytes.count) == bytes.count else {
            throw HostError.last("write \"\(value)\" to", path)
        }
    }

    /// The path with all symbolic links resolved; nil when it does not exist.
    public static func resolved(_ path: String) -> String? {
        guard let result = realpath(path, nil) else { return nil }
        defer { free(result) }
        return String(cString: result)
    }
}
