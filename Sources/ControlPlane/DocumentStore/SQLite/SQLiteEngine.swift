import Foundation
import GRDB
import Glibc
import Synchronization

/// Documents in one SQLite file in WAL mode: a table a collection, a document a row of extended JSON, indexes on
/// expressions of it. Each commit is synced to the disk before it is acknowledged, and shared by the writes that wait.
///
/// Several processes may use one file; they take turns in writing.
final class SQLiteEngine: DocumentEngine {
    let location: String
    let writer: any DatabaseWriter
    private let commits: GroupCommit
    private let hub: ChangeHub

    struct Known {
        /// Collections whose table is on the disk.
        var tables: Set<String> = []
        var elementIndexes: [String: [ElementIndex]] = [:]
        var isClosed = false
    }
    let known = Mutex(Known())

    /// - Parameters:
    ///   - path: the file, made when it is not there; nil keeps everything in memory.
    ///   - lockWait: seconds to wait for another process's write.
    init(path: String?, hub: ChangeHub, lockWait: TimeInterval = 10) throws(DocumentStoreError) {
        location = path ?? "in memory"
        self.hub = hub
        do {
            var configuration = Configuration()
            configuration.label = "documents"
            configuration.busyMode = .timeout(lockWait)
            configuration.maximumReaderCount = 8
            configuration.prepareDatabase { database in
                database.add(
                    function: DatabaseFunction("litmus_fold", argumentCount: 1, pure: true) { values in
                        String.fromDatabaseValue(values[0]).map(TextSearch.fold)
                    })
            }
            if let path {
                try Self.protect(path)
                let pool = try DatabasePool(path: path, configuration: configuration)
                // GRDB lowers `synchronous` to NORMAL in WAL mode, which loses commits when the machine dies.
                try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous=FULL") }
                writer = pool
            } else {
                writer = try DatabaseQueue(configuration: configuration)
            }
            commits = GroupCommit(writer: writer)
            // A file that is no database, or a broken one, may not show before its first page is read.
            _ = try writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
        } catch let error as DocumentStoreError {
            throw error
        } catch {
            throw Self.failure(error, at: path ?? "in memory", opening: true)
        }
    }

    /// Secrets lie in it: only its owner may read the file. SQLite gives the files beside it the same permissions.
    private static func protect(_ path: String) throws(DocumentStoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw .cannotOpen(path, "\(reason). Does its directory exist, and may it be written?")
        }
        Glibc.close(descriptor)
    }

    /// Runs a write together with those of other tasks, and tells the feeds of it after the commit.
    func write<Result: Sendable>(
        to collection: String, _ body: @escaping @Sendable (Database) throws -> (Result, [Change])
    ) async throws(DocumentStoreError) -> Result {
        try checkOpen()
        do {
            let (result, _) = try await commits.write { [self] database in
                try makeTable(collection, in: database)
                return try body(database)
            } committed: { [self] _, changes in
                known.withLock { _ = $0.tables.insert(collection) }
                for change in changes { hub.publish(change) }
            }
            return result
        } catch {
            throw failure(error, collection)
        }
    }

    /// Runs a read on what is committed.
    func read<Result: Sendable>(
        _ collection: String, empty: Result, _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(DocumentStoreError) -> Result {
        try checkOpen()
        do {
            return try await writer.read(body)
        } catch let error as DatabaseError where error.message?.hasPrefix("no such table: ") ?? false {
            return empty
        } catch {
            throw failure(error, collection)
        }
    }

    /// GRDB dereferences the connection of a closed queue.
    private func checkOpen() throws(DocumentStoreError) {
        if known.withLock(\.isClosed) { throw .refused(location, "the database was closed") }
    }

    func makeTable(_ collection: String, in database: Database) throws {
        guard !known.withLock({ $0.tables.contains(collection) }) else { return }
        let table = SQLText.quoted(name: collection)
        try database.execute(
            sql: "CREATE TABLE IF NOT EXISTS \(table) (id TEXT NOT NULL UNIQUE, doc TEXT NOT NULL)")
    }

    // MARK: Errors

    func failure(_ error: any Error, _ collection: String) -> DocumentStoreError {
        if let error = error as? DocumentStoreError { return error }
        if let error = error as? DatabaseError, let index = Self.violatedIndex(error) {
            return .duplicate(collection: collection, index: index)
        }
        return Self.failure(error, at: location, opening: false)
    }

    /// The name of the unique index in SQLite's message: `UNIQUE constraint failed: index 'users:username'`, or
    /// `users.id` where the `_id` is taken.
    private static func violatedIndex(_ error: DatabaseError) -> String? {
        guard error.resultCode == .SQLITE_CONSTRAINT, let message = error.message,
            message.hasPrefix("UNIQUE constraint failed: ")
        else { return nil }
        guard let start = message.range(of: "index '"), let colon = message[start.upperBound...].firstIndex(of: ":")
        else { return "_id_" }
        return String(message[message.index(after: colon)...].dropLast())
    }

    private static func failure(_ error: any Error, at place: String, opening: Bool) -> DocumentStoreError {
        guard let error = error as? DatabaseError else { return .refused(place, "\(error)") }
        let reason = error.message ?? "\(error)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: return .locked(place)
        case .SQLITE_FULL: return .full(place, reason)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return .damaged(place, reason)
        case .SQLITE_IOERR where diskIsFull(place): return .full(place, reason)
        default: return opening ? .cannotOpen(place, reason) : .refused(place, reason)
        }
    }

    /// SQLite calls some writes to a full disk an I/O error, such as those of the shared memory beside the file.
    private static func diskIsFull(_ path: String) -> Bool {
        var information = statvfs()
        return statvfs(path, &information) == 0 && information.f_bavail * information.f_bsize < 64 << 10
    }

    // MARK: Life

    func ping() async throws { _ = try await read("", empty: 0) { try Int.fetchOne($0, sql: "SELECT 1") ?? 0 } }

    func close() async {
        let isFirst = known.withLock { known in
            defer { known.isClosed = true }
            return !known.isClosed
        }
        guard isFirst else { return }
        // The pool closes its writer first, and the readers that are left cannot bring the log into the file.
        if let pool = writer as? DatabasePool {
            try? await pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        }
        try? writer.close()
    }
}
