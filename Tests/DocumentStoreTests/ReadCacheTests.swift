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
