import Glibc

extension FileTree {
    /// Replaces a file so that after a crash or power failure either the former or the new content is there, whole: a
    /// temporary file beside it, `fsync`, `rename`, `fsync` of the directory.
    /// - Parameter isDurable: false leaves out the two `fsync`: whole after a crash of this process, but not durable.
    public static func replace(_ path: String, with bytes: [UInt8], isDurable: Bool = true) throws {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let directory = slash == path.startIndex ? "/" : String(path[..<slash])
        let name = path[slash...].drop { $0 == "/" }
        let temporary = "\(directory)/.\(name).\(getpid()).tmp"
        do {
            let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
            try file.writeAll(bytes)
            if isDurable, fsync(file.number) != 0 { throw HostError.last("write to disk", path) }
            guard rename(temporary, path) == 0 else { throw HostError.last("replace", path) }
        } catch let error as HostError {
            unlink(temporary)
            throw error.subject.isEmpty ? HostError(error.operation, path, code: error.code) : error
        }
        guard isDurable else { return }
        let parent = try Descriptor.open(directory, O_RDONLY | O_DIRECTORY)
        guard fsync(parent.number) == 0 else { throw HostError.last("write to disk", directory) }
    }
}
