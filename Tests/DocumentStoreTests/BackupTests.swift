import DocumentStore
import Foundation
import Testing

@Suite("Backups")
struct BackupTests {
    private static let documents = (0..<1200).map(document)

    private static func document(_ index: Int) -> Document {
        let number = Int64(index)
        let id: DocumentValue = index % 2 == 0 ? .string("d\(index)") : .objectID(ObjectID())
        return [
            "_id": id, "n": .int(number), "half": .double(Double(index) / 2), "at": .date(1_700_000_000_000 + number),
            "bytes": .binary([1, 2]), "text": "line\n\"quoted\" 😀",
        ]
    }

    private func fill(_ database: DocumentDatabase) async throws {
        try await database.collection(named: "things").insert(contentsOf: Self.documents)
        try await database.collection(named: "users").insert(["_id": "u", "name": "admin"])
    }

    private func contents(_ database: DocumentDatabase) async throws -> [String: [Document]] {
        var contents: [String: [Document]] = [:]
        for name in try await database.collectionNames() {
            let documents = try await database.collection(named: name).find(Query(sort: [.ascending("n")]))
            if !documents.isEmpty { contents[name] = documents }
        }
        return contents
    }

    @Test("restore into either engine", arguments: Engine.allCases, [Engine.file, .standalone])
    func restore(_ source: Engine, _ target: Engine) async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/backup"
        var before: [String: [Document]] = [:]
        try await source.withDatabase { database in
            try await fill(database)
            before = try await contents(database)
            let summary = try await database.backup(to: path)
            #expect(summary.collections == ["things": 1200, "users": 1])
            #expect(summary.isOfOneMoment == (source != .standalone))
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try await target.withDatabase { database in
            #expect(try await database.restore(from: path).documents == 1201)
            #expect(try await contents(database) == before)
            // Not over what is there, unless asked to.
            try await database.collection(named: "more").insert(["_id": "x"])
            await #expect(throws: DocumentStoreError.self) { try await database.restore(from: path) }
            try await database.restore(from: path, overwriting: true)
            #expect(try await contents(database) == before)
            // And what was restored is a database like any other.
            let users = try await database.collection(.init("users", indexes: [.unique("name")]), of: Document.self)
            await #expect(throws: DocumentStoreError.self) { try await users.insert(["name": "admin"]) }
        }
    }

    @Test("that are damaged, cut or of something else are refused before anything is written")
    func damaged() async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/backup"
        try await Engine.memory.withDatabase { database in
            try await fill(database)
            try await database.backup(to: path)
        }
        let good = try String(contentsOfFile: path, encoding: .utf8)
        let lines = good.split(separator: "\n", omittingEmptySubsequences: false)
        let bad = [
            "", "{}\n", "no backup", good + good, lines.dropLast(2).joined(separator: "\n") + "\n",
            good.replacingOccurrences(of: "admin", with: "nimda"), (lines[..<5] + lines[6...]).joined(separator: "\n"),
            good.replacingOccurrences(of: #""litmus_backup":1"#, with: #""litmus_backup":2"#),
        ]
        for text in bad {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            try await Engine.memory.withDatabase { (database) async throws -> Void in
                do {
                    try await database.restore(from: path)
                    Issue.record("restored: \(text.prefix(80))")
                } catch {
                    guard case DocumentStoreError.badBackup(path, _) = error else {
                        Issue.record("\(error)")
                        return
                    }
                }
                #expect(try await database.collectionNames().isEmpty)
            }
        }
    }

    @Test("that were restored in part are noticed, and can be restored again", arguments: Engine.allCases)
    func interrupted(_ engine: Engine) async throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/backup"
        try await Engine.memory.withDatabase { database in
            try await fill(database)
            try await Migrator([Migration(1, "one") { _ in }]).migrate(database)
            try await database.backup(to: path)
        }
        try await engine.withDatabase { database in
            // As a restore leaves it that was killed.
            try await database.collection(named: "schema_migrations").insert([
                "_id": "restore", "version": 0, "name": "restore", "state": "started",
            ])
            await #expect(throws: DocumentStoreError.unfinishedRestore(database.location)) {
                try await Migrator([]).migrate(database)
            }
            try await database.restore(from: path, overwriting: true)
            #expect(try await Migrator([Migration(1, "one") { _ in }]).migrate(database) == [])
            #expect(try await database.collection(named: "things").count() == 1200)
        }
    }

    @Test("hold one moment of a database that is written to")
    func consistent() async throws {
        let folder = try ScratchFolder()
        try await Engine.file.withDatabase { database in
            // At every moment the first collection has as many as the second, or one more.
            let first = try database.collection(named: "a")
            let second = try database.collection(named: "b")
            try await first.insert(["_id": "start"])
            try await second.insert(["_id": "start"])
            let writer = Task {
                var index = 0
                while !Task.isCancelled {
                    index += 1
                    try await first.insert(["n": .int(Int64(index))])
                    try await second.insert(["n": .int(Int64(index))])
                }
            }
            for _ in 0..<10 {
                let summary = try await database.backup(to: folder.path + "/backup")
                let a = summary.collections["a"] ?? 0
                let b = summary.collections["b"] ?? 0
                #expect(a == b || a == b + 1)
            }
            writer.cancel()
            try await writer.value
        }
    }
}
