import Foundation
import Host

/// A container's log: what the process writes, without a pump between, so that it survives us.
enum LogFile {
    /// Opened for appending, so that a restart continues it.
    static func open(_ path: String) throws -> Descriptor {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try FileTree.makeDirectories(String(path[..<slash]))
        }
        return try Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o640)
    }
}
