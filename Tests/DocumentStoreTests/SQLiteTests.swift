import Foundation
import GRDB
import Glibc
import Testing

@testable import DocumentStore

@Suite("A database file")
struct SQLiteTests {
    private func things(_ database: DocumentDatabase) async throws -> DocumentCollection<Document> {
        try await database.collection(.init("things"), of: Document.self)
    }

    /// What the operation fails with.
    private func failure(_ body: () async throws -> Void) async -> DocumentStoreError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? DocumentStoreError
        }
    }

    @Test("is synced at each commit, by the connection that writes")
    func synchronous() async throws {
        let folder = try ScratchFolder()
        let engine = try SQLiteEngine(path: folder.path + "/store.db", hub: ChangeHub())
        let pragmas = try await engine.writer.writeWithoutTransaction { database in
            [
                try String.fetchOne(database, sql: "PRAGMA synchronous"),
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
            ]
        }
        #expect(pragmas == ["2", "wal"], "2 is FULL")
        await engine.close()
    }

    @Test("that was closed refuses operations, also in memory", arguments: [true, false])
    func closed(_ inMemory: Bool) async throws {
        let folder = try ScratchFolder()
        let url = inMemory ? DatabaseURL.memory : .sqlite(path: folder.path + "/store.db")
        let database = try await DocumentDatabase.open(url)
        let things = try await things(database)
        await database.close()
        let closed = DocumentStoreError.refused(database.location, "the database was closed")
        #expect(await failure { try await database.ping() } == closed)
        #expect(await failure { _ = try await things.find() } == closed)
        #expect(await failure { try await things.insert(["a": 1]) } == closed)
    }

    @Test("is readable by its owner only")
    func permissions() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/store.db"
        let database = try await DocumentDatabase.open(.sqlite(path: path))
        try await things(database).insert(["_id": "a"])
        for name in [path, path + "-wal"] {
            let mode = try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        await database.close()
        let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        #expect(log ?? 0 == 0, "all is in the file")
    }

    @Test("says where it cannot be made, and why")
    func noDirectory() async throws {
        let path = "/nonexistent/folder/store.db"
        let error = await failure { _ = try await DocumentDatabase.open(.sqlite(path: path)) }
        let text = try #require(error).description
        #expect(text.contains(path) && text.contains("No such file or directory"))
    }

    @Test("says that it is no database")
    func damaged() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/store.db"
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
        let error = await failure { _ = try await DocumentDatabase.open(.sqlite(path: path)) }
        guard case .damaged(path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("says that pages of it are broken")
    func brokenPages() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/store.db"
        var database = try await DocumentDatabase.open(.sqlite(path: path))
        try await things(database).insert(
            contentsOf: (0..<2000).map { ["_id": .string("d\($0)"), "text": "some text that fills pages"] })
        await database.close()
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: 4096 * 3)
        try file.write(contentsOf: Data(repeating: 0xFF, count: 4096 * 20))
        try file.close()
        database = try await DocumentDatabase.open(.sqlite(path: path))
        let broken = database
        let error = await failure { _ = try await things(broken).find(.eq("text", "x")) }
        guard case .damaged(path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await database.close()
    }

    @Test("says that another process holds it")
    func locked() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/store.db"
        let hub = ChangeHub()
        let database = DocumentDatabase(engine: try SQLiteEngine(path: path, hub: hub, lockWait: 0.05), hub: hub)
        try await things(database).insert(["_id": "a"])
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let error = await failure { try await database.collection(named: "things").insert(["_id": "b"]) }
        #expect(error == .locked(path))
        #expect(try await database.collection(named: "things").count() == 1, "reading goes on")
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        try await database.collection(named: "things").insert(["_id": "b"])
        try other.close()
        await database.close()
    }

    @Test("says that the disk is full, keeps what it has, and goes on when there is room", .enabled(if: geteuid() == 0))
    func full() async throws {
        let folder = try ScratchFolder()
        let options = "size=1m"
        #expect(mount("tmpfs", folder.path, "tmpfs", 0, options) == 0)
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let path = folder.path + "/store.db"
        let ballast = folder.path + "/ballast"
        try Data(count: 200 << 10).write(to: URL(fileURLWithPath: ballast))
        let database = try await DocumentDatabase.open(.sqlite(path: path))
        let things = try await things(database)
        let text = DocumentValue.string(String(repeating: "x", count: 4000))
        var stored = 0
        var problem: DocumentStoreError?
        while problem == nil, stored < 1000 {
            problem = await failure { try await things.insert(["_id": .string("d\(stored)"), "text": text]) }
            if problem == nil { stored += 1 }
        }
        guard case .full(path, _) = problem else {
            Issue.record("\(String(describing: problem))")
            return
        }
        #expect(stored > 10)
        #expect(try await things.count() == stored)
        try FileManager.default.removeItem(atPath: ballast)
        try await things.insert(["_id": "after"])
        #expect(try await things.count() == stored + 1)
        await database.close()
    }

    @Test("pages come out of an index, elements too")
    func plans() async throws {
        let folder = try ScratchFolder()
        let engine = try SQLiteEngine(path: folder.path + "/store.db", hub: ChangeHub())
        try await engine.prepare(Run.schema)
        try await engine.insert([["_id": "a", "project_id": "p", "is_removed": false]], into: Run.schema.name)
        func plan(_ filter: Filter, _ sort: [SortKey]) async throws -> String {
            var text = engine.text(for: Run.schema.name)
            let condition = try text.condition(filter)
            let order = try SQLText.order(Query(filter, sort: sort).order)
            let sql = "EXPLAIN QUERY PLAN SELECT doc FROM \"\(Run.schema.name)\" WHERE \(condition)\(order)"
            let arguments = StatementArguments(text.values)
            return try await engine.writer.read { database in
                try Row.fetchAll(database, sql: sql, arguments: arguments).map { $0["detail"] as String }
                    .joined(separator: "\n")
            }
        }
        let page = try await plan(
            .eq("project_id", "p") && .eq("is_removed", false), [.descending("created_at")])
        #expect(page.contains("USING INDEX chaosExperimentRuns:project_id_is_removed_created_at"), "\(page)")
        #expect(!page.contains("TEMP B-TREE"), "\(page)")
        let member = try await plan(.any("members", .eq("user_id", "u1") && .eq("role", "Owner")), [])
        #expect(member.contains("chaosExperimentRuns#members_user_id"), "\(member)")
        #expect(!member.contains("SCAN chaosExperimentRuns"), "\(member)")
        await engine.close()
    }
}
