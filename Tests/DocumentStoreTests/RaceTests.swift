import DocumentStore
import Foundation
import Testing

@Suite("Writers that race")
struct RaceTests {
    /// Two stores on one database, as two processes have them.
    private func withTwo(
        _ engine: Engine, _ body: ([DocumentCollection<Document>]) async throws -> Void
    ) async throws {
        try await engine.withURL { url in
            let schema = CollectionSchema("things", indexes: [.unique("name")])
            let first = try await DocumentDatabase.open(url)
            let second = url == .memory ? first : try await DocumentDatabase.open(url)
            let collections = [
                try await first.collection(schema, of: Document.self),
                try await second.collection(schema, of: Document.self),
            ]
            try await body(collections)
            await first.close()
            await second.close()
        }
    }

    @Test("lose no increment", arguments: Engine.allCases)
    func increments(_ engine: Engine) async throws {
        try await withTwo(engine) { stores in
            try await stores[0].insert(["_id": "counter"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    let store = stores[task % 2]
                    group.addTask {
                        for _ in 0..<25 { try await store.update(.id("counter"), Update().inc("n").push("l", task)) }
                    }
                }
                try await group.waitForAll()
            }
            let counter = try #require(await stores[1].get("counter"))
            #expect(counter["n"] == 200)
            #expect(counter["l"]?.array?.count == 200)
            #expect(counter.version == 201)
        }
    }

    @Test("let one win a unique value", arguments: Engine.allCases)
    func unique(_ engine: Engine) async throws {
        try await withTwo(engine) { stores in
            for round in 0..<10 {
                let wins = try await withThrowingTaskGroup(of: Int.self) { group in
                    for task in 0..<6 {
                        let store = stores[task % 2]
                        group.addTask {
                            do {
                                try await store.insert(["name": "n\(round)"])
                                return 1
                            } catch DocumentStoreError.duplicate(_, "name") {
                                return 0
                            }
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(wins == 1)
            }
            #expect(try await stores[0].count() == 10)
        }
    }

    @Test("let one upsert insert and the others update", arguments: Engine.allCases)
    func upserts(_ engine: Engine) async throws {
        try await withTwo(engine) { stores in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    let store = stores[task % 2]
                    group.addTask { try await store.update(.eq("name", "x"), Update().inc("n"), upsert: true) }
                }
                try await group.waitForAll()
            }
            #expect(try await stores[0].count() == 1)
            #expect(try await stores[0].first(.all)?["n"] == 8)
        }
    }

    @Test("read, change and replace without losing a change", arguments: Engine.allCases)
    func modify(_ engine: Engine) async throws {
        try await withTwo(engine) { stores in
            try await stores[0].insert(["_id": "a", "n": 0])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<4 {
                    let store = stores[task % 2]
                    group.addTask {
                        for _ in 0..<5 { try await store.modify(.id("a")) { $0["n"] = .int(($0["n"]?.int ?? 0) + 1) } }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await stores[0].get("a")?["n"] == 20)
        }
    }

    @Test("a write that is refused leaves those of its commit alone")
    func refusedAmongOthers() async throws {
        try await Engine.file.withDatabase { database in
            let things = try await database.collection(.init("things", indexes: [.unique("n")]), of: Document.self)
            let stored = await withTaskGroup(of: Bool.self) { group in
                for task in 0..<100 {
                    group.addTask { (try? await things.insert(["n": .int(Int64(task / 2))])) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(stored == 50)
            #expect(try await things.count() == 50)
        }
    }
}
