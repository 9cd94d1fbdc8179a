import Foundation

/// Brings a database to the form that this program knows, and keeps in `schema_migrations` what was done.
public struct Migrator: Sendable {
    public static let collectionName = "schema_migrations"
    /// The document that says that a restore is under way.
    static let restoreID = "restore"

    private let migrations: [Migration]
    private let now: @Sendable () -> Date

    public init(_ migrations: [Migration], now: @escaping @Sendable () -> Date = { Date() }) {
        self.migrations = migrations.sorted { $0.version < $1.version }
        self.now = now
    }

    /// Runs what is missing, in order.
    /// - Returns: the versions that were run.
    /// - Throws: `DocumentStoreError.newerSchema` for a database of a newer program, `.unfinishedRestore` for a part of
    ///   a backup, and what a migration throws; the ones before it are done, and it runs again at the next start.
    @discardableResult
    public func migrate(_ database: DocumentDatabase) async throws -> [Int] {
        let records = try await database.collection(CollectionSchema(Self.collectionName), of: Record.self)
        let present = try await records.find()
        guard !present.contains(where: { $0.id == Self.restoreID }) else {
            throw DocumentStoreError.unfinishedRestore(database.location)
        }
        let newest = migrations.last?.version ?? 0
        if let found = present.map(\.version).max(), found > newest {
            throw DocumentStoreError.newerSchema(found: found, known: newest)
        }
        let done = Set(present.filter { $0.state == .done }.map(\.version))
        var run: [Int] = []
        for migration in migrations where !done.contains(migration.version) {
            let id = Filter.id("\(migration.version)")
            let begin = Update().set("version", migration.version).set("name", migration.name)
                .set("state", "started").set("started_at", now())
            try await records.update(id, begin, upsert: true)
            try await migration.run(database)
            try await records.update(id, Update().set("state", "done").set("finished_at", now()))
            run.append(migration.version)
        }
        return run
    }

    /// A migration, or a restore, as it is stored.
    struct Record: Codable, Sendable {
        enum State: String, Codable { case started, done }

        var id: String
        var version: Int
        var name: String
        var state: State

        enum CodingKeys: String, CodingKey {
            case id = "_id"
            case version, name, state
        }
    }
}
