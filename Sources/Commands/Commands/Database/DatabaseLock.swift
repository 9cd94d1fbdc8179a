import DocumentStore
import Foundation
import Host

/// The right to run a Chaos Center on a SQLite file, or to replace what is in it: one process has it at a time, until
/// the value is dropped or the process ends. MongoDB has no such lock.
struct DatabaseLock: Sendable {
    private let lock: FileLock?

    /// - Throws: `CommandError` when another process has it.
    init(_ url: DatabaseURL) throws {
        guard case .sqlite(let path) = url else {
            lock = nil
            return
        }
        // Whatever name it goes by.
        let file = URL(filePath: path).resolvingSymlinksInPath().path()
        do {
            lock = try FileLock.tryLock(file + ".lock")
        } catch {
            throw CommandError("the database \(path) cannot be used: \(error)")
        }
        guard lock != nil else {
            throw CommandError("another litmus runs a Chaos Center on \(path); stop it, or choose another --database")
        }
    }
}
