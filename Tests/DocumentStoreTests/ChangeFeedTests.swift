import DocumentStore
import Testing

@Suite("Change feeds")
struct ChangeFeedTests {
    @Test("tell of what fits, in order, after it is stored", arguments: Engine.allCases)
    func changes(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let things = try await database.collection(.init("things"), of: Document.self)
            let feed = things.changes(where: .eq("kind", "a"))
            try await things.insert(["_id": "1", "kind": "a"])
            try await things.insert(["_id": "2", "kind": "b"])
            try await things.update(.id("1"), Update().set("n", 1))
            try await things.update(.id("9"), Update().set("kind", "a"), upsert: true)
            try await things.delete(.id("1"))
            try await database.collection(named: "others").insert(["kind": "a"])
            try await things.insert(["_id": "3", "kind": "a"])
            var seen: [String] = []
            for await event in feed {
                guard case .change(let change) = event else { continue }
                seen.append("\(change.kind) \(change.id) v\(change.document.version)")
                if change.id == "3" { break }
            }
            #expect(
                seen == [
                    #"inserted "1" v1"#, #"updated "1" v2"#, #"inserted "9" v1"#, #"deleted "1" v2"#,
                    #"inserted "3" v1"#,
                ])
        }
    }

    @Test("tell a reader that is too slow to read again")
    func slow() async throws {
        try await Engine.memory.withDatabase { database in
            let things = try await database.collection(.init("things"), of: Document.self)
            let feed = database.changes(in: "things", capacity: 3)
            for index in 0..<10 { try await things.insert(["n": .int(Int64(index))]) }
            var events = feed.makeAsyncIterator()
            #expect(await events.next() == .missed)
            try await things.insert(["_id": "last"])
            guard case .change(let change) = await events.next() else {
                Issue.record("no change")
                return
            }
            #expect(change.id == "last")
        }
    }

    @Test("end with their task and with the database", .timeLimit(.minutes(1)))
    func ends() async throws {
        let database = try await DocumentDatabase.open(.memory)
        func reader() -> Task<Int, Never> {
            let feed = database.changes(in: "things")
            return Task {
                var count = 0
                for await _ in feed { count += 1 }
                return count
            }
        }
        let cancelled = reader()
        cancelled.cancel()
        #expect(await cancelled.value == 0)
        let waiting = reader()
        try await database.collection(named: "things").insert(["n": 1])
        await database.close()
        #expect(await waiting.value == 1)
        #expect(await reader().value == 0, "of a database that is closed")
    }
}
