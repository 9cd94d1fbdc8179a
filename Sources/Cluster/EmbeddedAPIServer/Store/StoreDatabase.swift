import Foundation
import GRDB
import Glibc
import KubernetesAPI

/// The store on disk: one SQLite file in WAL mode, each commit synced before it is acknowledged.
///
/// Only one thread writes; reads happen at the start alone.
final class StoreDatabase: Sendable {
    private let queue: DatabaseQueue

    /// - Parameter path: the database file; nil keeps everything in memory.
    /// - Throws: `StoreError` that names the file.
    init(path: String?) throws {
        do {
            if let path {
                try Self.protect(path)
                var configuration = Configuration()
                configuration.journalMode = .wal
                configuration.label = "store"
                configuration.busyMode = .immediateError
                queue = try DatabaseQueue(path: path, configuration: configuration)
                // GRDB lowers `synchronous` to NORMAL in WAL mode, which loses commits when the machine dies.
                try queue.writeWithoutTransaction { database in
                    try database.execute(sql: "PRAGMA locking_mode=EXCLUSIVE")
                    try database.execute(sql: "PRAGMA synchronous=FULL")
                }
            } else {
                queue = try DatabaseQueue()
            }
            try Self.migrator.migrate(queue)
        } catch let error as DatabaseError {
            throw StoreError.cannotOpen(path ?? "memory", error.message ?? "\(error)")
        }
    }

    /// Keys of the cluster lie in it: only its owner may read the file. SQLite gives the log the same permissions.
    private static func protect(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError.cannotOpen(path, String(cString: strerror(errno))) }
        Glibc.close(descriptor)
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: objects, collections, settings") { database in
            try database.execute(
                sql: """
                    CREATE TABLE objects (
                        collection TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
                        revision INTEGER NOT NULL, data BLOB NOT NULL,
                        PRIMARY KEY (collection, namespace, name));
                    CREATE TABLE collections (name TEXT NOT NULL PRIMARY KEY, revision INTEGER NOT NULL);
                    CREATE TABLE settings (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL);
                    """)
        }
        return migrator
    }

    /// Everything stored: objects by collection, and the revision of each collection's last change.
    struct Contents {
        var entries: [CollectionID: [StoredEntry]] = [:]
        var revisions: [CollectionID: UInt64] = [:]
    }

    func load() throws -> Contents {
        try queue.read { database in
            var contents = Contents()
            let collections = try Row.fetchCursor(database, sql: "SELECT name, revision FROM collections")
            while let row = try collections.next() {
                contents.revisions[CollectionID(stored: row[0])] = UInt64(row[1] as Int64)
            }
            let sql = "SELECT collection, namespace, name, revision, data FROM objects"
            let objects = try Row.fetchCursor(database, sql: sql)
            while let row = try objects.next() {
                let id = CollectionID(stored: row[0])
                let key = ObjectKey(namespace: row[1], name: row[2])
                let bytes = Array(row[4] as Data)
                do {
                    let entry = StoredEntry(
                        key: key, revision: UInt64(row[3] as Int64), json: try JSON(parsing: bytes), bytes: bytes)
                    contents.entries[id, default: []].append(entry)
                } catch {
                    throw StoreError.damaged("\(id) \(key)", "\(error)")
                }
            }
            return contents
        }
    }

    /// Writes all changes in one transaction, or none.
    func commit(_ changes: [Change]) throws {
        try queue.write { database in
            for change in changes { try Self.write(change, to: database) }
            for (id, revision) in Self.lastRevisions(of: changes) {
                let sql = """
                    INSERT INTO collections (name, revision) VALUES (?, ?)
                    ON CONFLICT (name) DO UPDATE SET revision = excluded.revision
                    """
                try database.cachedStatement(sql: sql).execute(arguments: [id.description, Int64(revision)])
            }
        }
    }

    private static func lastRevisions(of changes: [Change]) -> [CollectionID: UInt64] {
        Dictionary(changes.map { ($0.collection, $0.revision) }, uniquingKeysWith: max)
    }

    private static func write(_ change: Change, to database: Database) throws {
        let key = change.after.key
        guard !change.isRemoval else {
            let sql = "DELETE FROM objects WHERE collection = ? AND namespace = ? AND name = ?"
            try database.cachedStatement(sql: sql)
                .execute(arguments: [change.collection.description, key.namespace, key.name])
            return
        }
        let sql = """
            INSERT INTO objects (collection, namespace, name, revision, data) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (collection, namespace, name)
            DO UPDATE SET revision = excluded.revision, data = excluded.data
            """
        try database.cachedStatement(sql: sql).execute(arguments: [
            change.collection.description, key.namespace, key.name, Int64(change.revision), Data(change.after.bytes),
        ])
    }

    func setting(_ key: String) throws -> [UInt8]? {
        try queue.read { database in
            try Data.fetchOne(database, sql: "SELECT value FROM settings WHERE key = ?", arguments: [key]).map(
                Array.init)
        }
    }

    func setSetting(_ key: String, _ value: [UInt8]?) throws {
        try queue.write { database in
            guard let value else {
                try database.execute(sql: "DELETE FROM settings WHERE key = ?", arguments: [key])
                return
            }
            try database.execute(
                sql:
                    "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                arguments: [key, Data(value)])
        }
    }

    /// A PRAGMA's value, for tests and diagnosis.
    func pragma(_ statement: String) throws -> String {
        try queue.writeWithoutTransaction { database in
            try String.fetchOne(database, sql: "PRAGMA \(statement)") ?? ""
        }
    }

    func close() throws { try queue.close() }
}

/// Why the store cannot be used.
public enum StoreError: Error, Sendable, CustomStringConvertible {
    /// The file and the reason.
    case cannotOpen(String, String)
    /// The object and the reason.
    case damaged(String, String)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let why):
            "cannot open the cluster's database \(path): \(why). Is another litmus using it, and may it be written?"
        case .damaged(let object, let why):
            "the cluster's database holds a damaged object, \(object): \(why). Restore the data directory or delete it."
        }
    }
}

extension Status {
    /// The answer to a write that the database refused. Nothing was changed.
    init(writing error: any Error) {
        guard let error = error as? DatabaseError else {
            self = .internalError("the write was not stored: \(error)")
            return
        }
        let reason = error.message ?? "\(error)"
        if error.resultCode == .SQLITE_FULL {
            self.init(
                code: 507, reason: "InsufficientStorage",
                message:
                    "the write was not stored: no space left for the cluster's database (\(reason)); free space and try again"
            )
        } else {
            self = .internalError("the write was not stored: the cluster's database reports: \(reason)")
        }
    }
}
