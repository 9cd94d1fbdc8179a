import CLinux
import Glibc

extension FileTree {
    /// Removes a file or a directory with all it holds; one that is not there is no error. Never follows a symbolic link
    /// and never enters another file system, so that a forgotten mount costs an error and not its contents.
    public static func remove(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return }
            throw HostError.last("remove", path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard unlink(path) == 0 || errno == ENOENT else { throw HostError.last("remove", path) }
            return
        }
        if rmdir(path) == 0 { return }
        try removeContents(of: path, openDirectory(AT_FDCWD, path), device: status.st_dev)
        guard rmdir(path) == 0 || errno == ENOENT else { throw HostError.last("remove", path) }
    }

    /// Works on descriptors and the kernel's own bytes: paths may be longer than a path can be, names need not be text.
    /// - Parameter directory: an open descriptor, closed at the end.
    private static func removeContents(of path: String, _ directory: Int32, device: dev_t) throws {
        guard directory >= 0, let stream = fdopendir(directory) else {
            let error = HostError.last("open", path)
            if directory >= 0 { close(directory) }
            if error.code == ENOENT { return }
            throw error
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            try withUnsafePointer(to: &entry.pointee.d_name) {
                try $0.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return }
                    try removeEntry(name, in: directory, path, device: device)
                }
            }
        }
    }

    private static func removeEntry(
        _ name: UnsafePointer<CChar>, in directory: Int32, _ path: String, device: dev_t
    ) throws {
        if unlinkat(directory, name, 0) == 0 || errno == ENOENT { return }
        let child = path + "/" + String(cString: name)
        guard errno == EISDIR || errno == EPERM else { throw HostError.last("remove", child) }
        if unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return }
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            // Somebody else, such as the kernel with an overlay's work directory, was faster.
            if errno == ENOENT { return }
            throw HostError.last("remove", child)
        }
        guard status.st_dev == device else {
            throw HostError("remove", child, reason: "a file system is mounted there")
        }
        let inner = clinux_openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        try removeContents(of: child, inner, device: device)
        guard unlinkat(directory, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw HostError.last("remove", child)
        }
    }

    private static func openDirectory(_ base: Int32, _ path: String) -> Int32 {
        clinux_openat(base, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }
}
