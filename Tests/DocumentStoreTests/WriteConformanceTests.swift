import DocumentStore
import Foundation
import Testing

@Suite("Writing documents")
struct WriteConformanceTests {
    private func with(
        _ engine: Engine, indexes: [IndexDefinition] = [],
        _ body: (DocumentCollection<Document>) async throws -> Void
    ) async throws {
        try await engine.withDatabase { database in
            try await body(try await database.collection(.init("things", indexes: indexes), of: Document.self))
        }
    }

    /// The stored document without its version.
    private func stored(_ id: String, _ things: DocumentCollection<Document>) async throws -> Document? {
        var document = try await things.get(id)
        document?[Document.versionField] = nil
        return document
    }

    @Test("keeps every type of value", arguments: Engine.allCases)
    func types(_ engine: Engine) async throws {
        try await with(engine) { things in
            var document: Document = [
                "_id": "a", "null": .null, "true": true, "int": 42, "large": .int(.max), "small": .int(.min),
                "double": 1.5, "whole": 3.0, "tiny": .double(.leastNonzeroMagnitude), "nan": .double(.infinity),
                "string": "quote \" back \\ line\n tab\t 😀 \u{1}", "date": .date(1_732_552_871_123),
                "old": .date(-62_000_000_000_123), "oid": .objectID(ObjectID()),
                "bytes": .binary([0, 1, 255]), "list": [1, "two", [3.5], ["four": 4]],
                "nested": ["a.b": 1, "deep": ["er": ["": "empty name"]]],
            ]
            // Years of five digits are MongoDB's too, but not its stand-in's.
            if engine.isSQLite { document["far"] = .date(300_000_000_000_000) }
            try await things.insert(document)
            let found = try await stored("a", things)
            #expect(found == document)
        }
    }

    @Test("names documents by string or ObjectId, and gives a name where there is none", arguments: Engine.allCases)
    func identifiers(_ engine: Engine) async throws {
        try await with(engine) { things in
            let id = ObjectID()
            try await things.insert(["_id": .objectID(id), "n": 1])
            #expect(try await things.get(id)?["n"] == 1)
            #expect(try await things.get(id.description) == nil)
            let given = try await things.insert(["n": 2])
            #expect(try await things.get(given)?["n"] == 2)
            await #expect(throws: DocumentStoreError.self) { try await things.insert(["_id": 5]) }
        }
    }

    @Test("refuses an _id that is taken, and what no database can hold", arguments: Engine.allCases)
    func refusals(_ engine: Engine) async throws {
        try await with(engine) { things in
            try await things.insert(["_id": "a"])
            await #expect(throws: DocumentStoreError.duplicate(collection: "things", index: "_id_")) {
                try await things.insert(["_id": "a"])
            }
            await #expect(throws: DocumentStoreError.self) { try await things.insert(["_id": "b", "$set": 1]) }
            let text = DocumentValue.string(String(repeating: "x", count: 17 << 20))
            await #expect(throws: DocumentStoreError.self) { try await things.insert(["_id": "b", "text": text]) }
            var deep: DocumentValue = 1
            for _ in 0..<200 { deep = ["a": deep] }
            let tooDeep: Document = ["_id": "b", "deep": deep]
            await #expect(throws: DocumentStoreError.self) { try await things.insert(tooDeep) }
            #expect(try await things.count() == 1)
        }
    }

    /// Before, the update, and after (nil: it is refused and nothing changes).
    private static let updates: [(Document, Update, Document?)] = [
        (["a": 1], Update().set("a", "x").set("b.c", true), ["a": "x", "b": ["c": true]]),
        (["a": 1, "b": ["c": 2, "d": 3]], Update().unset("a").unset("b.c").unset("z"), ["b": ["d": 3]]),
        (["n": 1], Update().inc("n", by: 4).inc("m"), ["n": 5, "m": 1]),
        (["n": 1], Update().inc("n", by: 0.5), ["n": 1.5]),
        (["n": "x"], Update().inc("n").set("other", 1), nil),
        (["l": [1]], Update().push("l", 2).push("m", "x"), ["l": [1, 2], "m": ["x"]]),
        (["l": [1, 2, 3]], Update().push("l", 0, at: 0, keepingFirst: 3), ["l": [0, 1, 2]]),
        (["l": 1], Update().push("l", 2), nil),
        (["l": [1, 2]], Update().addToSet("l", 2).addToSet("m", 1), ["l": [1, 2], "m": [1]]),
        (["l": [1, 2]], Update().addToSet("l", 3), ["l": [1, 2, 3]]),
        (["l": [1, 2, 1]], Update().pull("l", 1), ["l": [2]]),
        (["l": [1, 2, 5]], Update().pull("l", where: .gt(.itself, 1)), ["l": [1]]),
        (["l": [["u": 1], ["u": 2]]], Update().pull("l", where: .eq("u", 1)), ["l": [["u": 2]]]),
        (["a": 1], Update().pull("l", 1), ["a": 1]),
        (
            ["l": [["u": 1, "r": "x"], ["u": 2, "r": "y"]]],
            Update().setElements(of: "l", where: .eq("u", 2), "r", "z"),
            ["l": [["u": 1, "r": "x"], ["u": 2, "r": "z"]]]
        ),
        (["a": 1], Update().set("a.b", 1), nil),
        (["a": 1], Update().set("_id", "other"), nil),
        (["a": 1], Update().set("a", 2).inc("a"), nil),
        (["a": 1], Update().set("b", 2).set("b.c", 3), nil),
        (["a": 1], Update().setOnInsert("b", 2), ["a": 1]),
    ]

    @Test("changes a document by every step", arguments: Engine.allCases)
    func steps(_ engine: Engine) async throws {
        try await with(engine) { things in
            for (index, (before, update, after)) in Self.updates.enumerated() {
                let id = DocumentValue.string("d\(index)")
                try await things.insert(Document([("_id", id)] + before.map { ($0.name, $0.value) }))
                if after == nil {
                    await #expect(throws: DocumentStoreError.self, "\(update)") {
                        try await things.update(.id(id), update)
                    }
                } else {
                    try await things.update(.id(id), update)
                }
                var found = try #require(await things.get(id))
                #expect(found.version == (after == nil ? 1 : 2), "\(update)")
                found["_id"] = nil
                found[Document.versionField] = nil
                let wanted = after ?? before
                #expect(Set(found.names) == Set(wanted.names), "\(update)")
                for name in wanted.names { #expect(found[name] == wanted[name], "\(update)") }
            }
        }
    }

    @Test("refuses to set elements of an array that is not there", arguments: Engine.allCases.filter(\.isSQLite))
    func missingArray(_ engine: Engine) async throws {
        // MongoDB does too, but its stand-in changes nothing.
        try await with(engine) { things in
            try await things.insert(["_id": "a"])
            await #expect(throws: DocumentStoreError.self) {
                try await things.update(.id("a"), Update().setElements(of: "l", where: .eq("u", 2), "r", "z"))
            }
        }
    }

    @Test("updates only what fits its filter, the first by the order", arguments: Engine.allCases)
    func conditional(_ engine: Engine) async throws {
        try await with(engine) { things in
            for (id, number) in [("a", 2), ("b", 1), ("c", 3)] {
                try await things.insert(["_id": .string(id), "n": .int(Int64(number)), "state": "new"])
            }
            let taken = Update().set("state", "taken")
            let first = try await things.update(.eq("state", "new"), sort: [.ascending("n")], taken)
            #expect(first?.id == "b")
            #expect(first?["state"] == "taken")
            #expect(try await things.update(.id("b") && .eq("state", "new"), taken) == nil)
            #expect(try await things.updateAll(.eq("state", "new"), taken) == 2)
            #expect(try await things.count(.eq("state", "taken")) == 3)
            #expect(try await things.delete(.all, sort: [.descending("n")])?.id == "c")
            #expect(try await things.deleteAll(.lt("n", 3)) == 2)
            #expect(try await things.count() == 0)
        }
    }

    @Test("inserts with what the filter asks for when nothing fits", arguments: Engine.allCases)
    func upserts(_ engine: Engine) async throws {
        try await with(engine, indexes: [.unique("key")]) { things in
            let update = Update().set("value", "1").setOnInsert("made", true)
            let made = try await things.update(.eq("key", "version"), update, upsert: true)
            #expect(made?["key"] == "version")
            #expect(made?["made"] == true)
            #expect(made?.id.isNull == false)
            let changed = try await things.update(
                .eq("key", "version"), Update().set("value", "2").setOnInsert("made", false), upsert: true)
            #expect(changed?.id == made?.id)
            #expect(changed?["made"] == true)
            #expect(changed?["value"] == "2")
            #expect(
                try await things.update(.id("x") && .eq("a.b", 1), Update().inc("n"), upsert: true)?["a"] == ["b": 1])
        }
    }

    @Test("keeps unique what is declared so, and names the index", arguments: Engine.allCases)
    func unique(_ engine: Engine) async throws {
        let indexes: [IndexDefinition] = [
            .unique("username"), .unique("name", "project_id", name: "live_name", where: .eq("is_removed", false)),
        ]
        try await with(engine, indexes: indexes) { things in
            try await things.insert(["_id": "a", "username": "u"])
            await #expect(throws: DocumentStoreError.duplicate(collection: "things", index: "username")) {
                try await things.insert(["_id": "b", "username": "u"])
            }
            try await things.insert(["_id": "c"])
            try await things.insert(["_id": "d"])
            await #expect(throws: DocumentStoreError.duplicate(collection: "things", index: "username")) {
                try await things.update(.id("c"), Update().set("username", "u"))
            }
            let live: Document = ["_id": "e", "name": "n", "project_id": "p", "is_removed": false]
            try await things.insert(live)
            var other = live
            other["_id"] = "f"
            let second = other
            await #expect(throws: DocumentStoreError.duplicate(collection: "things", index: "live_name")) {
                try await things.insert(second)
            }
            other["is_removed"] = true
            try await things.insert(other)
            await #expect(throws: DocumentStoreError.duplicate(collection: "things", index: "live_name")) {
                try await things.update(.id("f"), Update().set("is_removed", false))
            }
            other["_id"] = "g"
            other["project_id"] = "q"
            other["is_removed"] = false
            try await things.insert(other)
        }
    }

    @Test("changes indexes to what is declared", arguments: Engine.allCases)
    func redeclared(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            func declare(_ indexes: IndexDefinition...) async throws -> DocumentCollection<Document> {
                try await database.collection(.init("things", indexes: indexes), of: Document.self)
            }
            var things = try await declare(.fields("a", name: "a"), .elements(of: "l", "u"))
            try await things.insert(["_id": "1", "a": 1, "l": [["u": 1]]])
            try await things.insert(["_id": "2", "a": 1, "l": [["u": 2]]])
            await #expect(throws: DocumentStoreError.duplicate(collection: "things", index: "a")) {
                _ = try await declare(.unique("a", name: "a"))
            }
            try await things.update(.id("2"), Update().set("a", 2).set("l", [["u": 3], ["u": 1]] as DocumentValue))
            things = try await declare(.unique("a", name: "a"), .elements(of: "l", "u"))
            await #expect(throws: DocumentStoreError.self) { try await things.insert(["a": 2]) }
            #expect(try await things.count(.any("l", .eq("u", 1))) == 2)
            #expect(try await things.count(.any("l", .eq("u", 2))) == 0)
            try await things.delete(.id("1"))
            #expect(try await things.count(.any("l", .eq("u", 1))) == 1)
            things = try await declare()
            try await things.insert(["a": 2])
        }
    }

    @Test("replaces a document only at the version that was read", arguments: Engine.allCases)
    func versions(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let runs = try await database.collection(Run.schema, of: Run.self)
            try await runs.insert(Run("a"))
            let read = try #require(await runs.versioned(.id("a")))
            #expect(read.version == 1)
            var changed = read.model
            changed.phase = "Completed"
            let mine = changed
            #expect(try await runs.replace(mine, expecting: 1) == 2)
            await #expect(throws: DocumentStoreError.self) { try await runs.replace(mine, expecting: 1) }
            try await runs.update(.id("a"), Update().set("phase", "Error"))
            #expect(try await runs.versioned(.id("a"))?.version == 3)
            try await runs.modify(.id("a")) { $0.sequence = 9 }
            #expect(try await runs.get("a")?.phase == "Error")
            #expect(try await runs.get("a")?.sequence == 9)
            // A document from elsewhere has no version.
            try await runs.update(.id("a"), Update().set("name", "imported"))
            let untyped = try database.collection(named: Run.schema.name)
            try await untyped.update(.id("a"), Update().set("run_sequence", 1))
            await #expect(throws: DocumentStoreError.self) { try await runs.replace(mine, expecting: 0) }
        }
    }

    @Test("says which field of which document has another form", arguments: Engine.allCases)
    func undecodable(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let runs = try await database.collection(Run.schema, of: Run.self)
            try await runs.insert(Run("a"))
            try await database.collection(named: Run.schema.name).update(
                .id("a"), Update().set("owner", ["name": "x", "age": "seven"] as DocumentValue))
            do {
                _ = try await runs.get("a")
                Issue.record("decoded")
            } catch DocumentStoreError.undecodable(let collection, let id, let path, _) {
                #expect(collection == "chaosExperimentRuns")
                #expect(id.contains("a"))
                #expect(path == "owner.age")
            }
        }
    }

    private struct Tally: Codable, Sendable, Hashable {
        var name: String
        var count: Int
    }

    @Test("a model without _id is modified in the document that it was read from", arguments: Engine.allCases)
    func modifyWithoutID(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let tallies = try await database.collection(CollectionSchema("tallies"), of: Tally.self)
            let id = try await tallies.insert(Tally(name: "a", count: 1))
            try await tallies.insert(Tally(name: "b", count: 1))
            #expect(try await tallies.modify(.eq("name", "a")) { $0.count += 1 } == Tally(name: "a", count: 2))
            let documents = try await database.collection(named: "tallies").find()
            #expect(documents.count == 2)
            #expect(documents.first { $0.id == id }?["count"] == .int(2))
        }
    }
}
