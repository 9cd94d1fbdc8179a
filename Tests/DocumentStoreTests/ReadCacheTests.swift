import DocumentStore
import Foundation
import Synchronization
import Testing

@Suite("Read cache")
struct ReadCacheTests {
    private final class Clock: Sendable {
        let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
    }

    @Test("a result is kept until something changes in its collections", arguments: Engine.allCases)
    func changes(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let runs = try await database.collection(CollectionSchema("runs"), of: Document.self)
            let others = try await database.collection(CollectionSchema("others"), of: Document.self)
            let clock = Clock()
            let cache = ReadCache<String, Int>(database, of: ["runs"], now: { clock.time.withLock { $0 } })
            let reads = Mutex(0)
            func count() async throws -> Int {
                try await cache.value("all") {
                    reads.withLock { $0 += 1 }
                    return try await runs.count()
                }
            }
            #expect(try await count() == 0)
            #expect(try await count() == 0)
            #expect(reads.withLock { $0 } == 1)
            try await others.insert(Document([("_id", .string("x"))]))
            #expect(try await count() == 0)
            #expect(reads.withLock { $0 } == 1)
            try await runs.insert(Document([("_id", .string("a"))]))
            #expect(try await count() == 1)
            try await runs.delete(.id("a"))
            #expect(try await count() == 0)
            #expect(reads.withLock { $0 } == 3)
            clock.time.withLock { $0 += 1 }
            #expect(try await count() == 0)
            #expect(reads.withLock { $0 } == 4)
        }
    }

    @Test("counted by a field, only changes of the same part count", arguments: Engine.allCases)
    func parts(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let runs = try await database.collection(CollectionSchema("runs"), of: Document.self)
            let cache = ReadCache<String, Int>(database, of: ["runs"], by: "project_id")
            func count(_ project: String) async throws -> Int {
                try await cache.value(project, in: project) { try await runs.count(.eq("project_id", project)) }
            }
            for project in ["p", "q"] { #expect(try await count(project) == 0) }
            try await runs.insert(Document([("_id", .string("a")), ("project_id", .string("p"))]))
            #expect(try await count("p") == 1)
            try await runs.update(.id("a"), Update().set("phase", "Error"))
            #expect(try await cache.value("q", in: "q") { -1 } == 0, "another part's result stays")
            #expect(try await cache.value("p", in: "p") { -1 } == -1)
            try await runs.delete(.id("a"))
            #expect(try await count("p") == 0)
        }
    }

    @Test("what a read throws is not kept, and another key is another result")
    func failures() async throws {
        struct Failure: Error {}
        let database = try await DocumentDatabase.open(.memory)
        let cache = ReadCache<Int, Int>(database, of: ["runs"], capacity: 2)
        await #expect(throws: Failure.self) { _ = try await cache.value(1) { throw Failure() } }
        for key in 1...5 { #expect(try await cache.value(key) { key * 10 } == key * 10) }
        #expect(try await cache.value(5) { 0 } == 50)
        await database.close()
    }
}
