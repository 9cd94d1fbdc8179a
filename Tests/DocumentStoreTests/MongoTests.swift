import Foundation
import Testing

@testable import DocumentStore

@Suite("MongoDB")
struct MongoTests {
    @Test("a missing driver is named, with the package that has it")
    func driver() {
        #expect {
            _ = try MongoLibrary(named: "libmongoc-missing.so.0")
        } throws: { error in
            "\(error)".contains("libmongoc-missing.so.0") && "\(error)".contains("apt-get install libmongoc-1.0-0")
        }
    }

    @Test("a server that does not answer is named, without its password")
    func unreachable() async throws {
        let url = "mongodb://admin:secret@127.0.0.1:1/litmus?serverSelectionTimeoutMS=200&authSource=admin"
        do {
            _ = try await DocumentDatabase.open(try DatabaseURL(url))
            Issue.record("connected")
        } catch {
            guard case DocumentStoreError.unavailable = error else {
                Issue.record("\(error)")
                return
            }
            #expect("\(error)".contains("admin:***@127.0.0.1:1"))
            #expect(!"\(error)".contains("secret"))
        }
    }

    @Test("BSON of every type comes back, and broken BSON is refused")
    func bson() throws {
        let document: Document = [
            "_id": .objectID(ObjectID()), "s": "text", "i": 5, "d": 2.5, "b": true, "n": .null, "t": .timestamp(77),
            "date": .date(-5), "bytes": .binary([1, 2]), "l": [1, ["a": []]], "e": [:],
        ]
        let bytes = BSON.encode(document)
        #expect(try BSON.decode(bytes) == document)
        for length in 0..<bytes.count {
            #expect(throws: BSONError.self) { try BSON.decode(Array(bytes[..<length])) }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var broken = bytes
            broken[Int.random(in: 0..<broken.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            // No crash; some changes are other documents.
            _ = try? BSON.decode(broken)
        }
        // {"a": int32 7}, as the specification has it.
        #expect(try BSON.decode([12, 0, 0, 0, 0x10, 0x61, 0, 7, 0, 0, 0, 0]) == ["a": 7])
        #expect(
            BSON.encode(["hello": "world"]) == [0x16, 0, 0, 0, 2] + Array("hello\0".utf8) + [6, 0, 0, 0]
                + Array("world\0".utf8) + [0])
    }

    @Test("leaves the indexes of an imported database alone", arguments: [Engine.standalone, .replicaSet])
    func imported(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let mongo = try #require(database.engine as? MongoEngine)
            _ = try await mongo.run([
                "createIndexes": "users", "indexes": [["key": ["username": 1], "name": "username_1", "unique": true]],
            ])
            // As upstream writes them, with 32-bit integers and without a version.
            _ = try await mongo.run(["insert": "users", "documents": [["_id": "u", "username": "admin"]]])
            let users = try await database.collection(.init("users", indexes: [.fields("role")]), of: Document.self)
            let read = try #require(await users.versioned(.id("u")))
            #expect(read.version == 0)
            await #expect(throws: DocumentStoreError.duplicate(collection: "users", index: "username_1")) {
                try await users.insert(["username": "admin"])
            }
            try await users.replace(read.model, expecting: 0)
            #expect(try await users.versioned(.id("u"))?.version == 1)
        }
    }

    @Test("URLs name the engine and the place")
    func urls() throws {
        #expect(try DatabaseURL("sqlite:///var/lib/a%20b.db") == .sqlite(path: "/var/lib/a b.db"))
        #expect(try DatabaseURL("sqlite:data/x.db") == .sqlite(path: "data/x.db"))
        #expect(try DatabaseURL("sqlite::memory:") == .memory)
        #expect(try DatabaseURL("mongodb://h:1/auth?x=y") == .mongodb("mongodb://h:1/auth?x=y", database: "auth"))
        #expect(try DatabaseURL("mongodb://h:1") == .mongodb("mongodb://h:1", database: "litmus"))
        #expect(try DatabaseURL("mongodb://u:p@h/d").location == "mongodb://u:***@h/d")
        for bad in ["", "file.db", "sqlite://relative/x.db", "sqlite:", "postgres://u:p@h/d", "mongodb:x"] {
            #expect(throws: DocumentStoreError.self, "\(bad)") { try DatabaseURL(bad) }
        }
        #expect(throws: DocumentStoreError.self) { try DatabaseURL("postgres://u:secret@h/d") }
    }
}
