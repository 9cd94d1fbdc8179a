import DocumentStore
import Foundation
import Testing

@Suite("Reading documents")
struct ReadConformanceTests {
    /// Five runs: a to e.
    private func runs() -> [Run] {
        var runs = ["a", "b", "c", "d", "e"].enumerated().map { index, id in
            Run(id, project: index < 3 ? "p" : "q", sequence: index)
        }
        runs[0].name = "Pod-Delete (100%)"
        runs[1].name = "pod-network-loss"
        runs[2].name = "ÄRGER"
        runs[0].score = 100
        runs[1].score = 49.5
        runs[2].isRemoved = true
        runs[1].phase = "Completed"
        runs[3].phase = "Error"
        runs[0].tags = ["x", "y"]
        runs[1].tags = ["y"]
        runs[0].members = [.init(userID: "u1", role: "Owner"), .init(userID: "u2", role: "Viewer")]
        runs[1].members = [.init(userID: "u1", role: "Viewer")]
        runs[3].finishedAt = Date(timeIntervalSince1970: 1_700_000_000.123)
        runs[4].finishedAt = Date(timeIntervalSince1970: 1_800_000_000)
        runs[1].owner = .init(name: "o", age: 7)
        runs[4].owner = .init(name: "p", age: 30)
        return runs
    }

    private func with(
        _ engine: Engine, _ body: (DocumentCollection<Run>) async throws -> Void
    ) async throws {
        try await engine.withDatabase { database in
            let collection = try await database.collection(Run.schema, of: Run.self)
            try await collection.insert(contentsOf: runs())
            try await body(collection)
        }
    }

    /// Each filter, and the runs that it finds.
    private static let filters: [(Filter, String)] = [
        (.all, "abcde"),
        (.eq("project_id", "p"), "abc"),
        (.eq("project_id", "p") && .eq("is_removed", false), "ab"),
        (.eq("is_removed", true), "c"),
        (.ne("project_id", "p"), "de"),
        (.ne("resiliency_score", 100), "bcde"),
        (.eq("resiliency_score", 100), "a"),
        (.eq("resiliency_score", DocumentValue.null), "cde"),
        (.ne("resiliency_score", DocumentValue.null), "ab"),
        (.lt("run_sequence", 2), "ab"),
        (.lte("run_sequence", 2), "abc"),
        (.gt("run_sequence", 2), "de"),
        (.gte("resiliency_score", 49.5), "ab"),
        (.gt("resiliency_score", 50), "a"),
        (.gt("finished_at", Date(timeIntervalSince1970: 1_700_000_000.122)), "de"),
        (.gt("finished_at", Date(timeIntervalSince1970: 1_700_000_000.123)), "e"),
        (.eq("finished_at", Date(timeIntervalSince1970: 1_700_000_000.123)), "d"),
        (.gte("name", "pod") && .lt("name", "poe"), "b"),
        (.oneOf("phase", ["Completed", "Error"]), "bd"),
        (.oneOf("phase", [String]()), ""),
        (.isOneOf("resiliency_score", [.null, .int(100)]), "acde"),
        (.exists("owner"), "be"),
        (.exists("owner.name", false), "acd"),
        (.eq("owner.age", 7), "b"),
        (.search("name", "pod-"), "ab"),
        (.search("name", "(100%)"), "a"),
        (.search("name", ".*"), ""),
        (.search("name", "ärger"), "c"),
        (.hasText("name", "pod", ignoringCase: false), "b"),
        (.contains("tags", "y"), "ab"),
        (.contains("tags", "z"), ""),
        (!.contains("tags", "y"), "cde"),
        (.any("tags", .gt(.itself, "x")), "ab"),
        (.any("members", .eq("user_id", "u1")), "ab"),
        (.any("members", .eq("user_id", "u1") && .eq("role", "Owner")), "a"),
        (.any("members", .eq("user_id", "u2") && .eq("role", "Owner")), ""),
        (.any("members", .oneOf("role", ["Viewer"]) && .ne("user_id", "u2")), "b"),
        (.any("members", .eq("user_id", "u1")) && .eq("phase", "Completed"), "b"),
        (.eq("phase", "Error") || .eq("run_sequence", 0), "ad"),
        (.anyOf([]), ""),
        (!(.eq("phase", "Error") || .gte("resiliency_score", 1)), "ce"),
        (.eq("_id", "c"), "c"),
        (.oneOf("_id", ["a", "e", "f"]), "ae"),
        (.gt("_id", "c"), "de"),
        (.eq("project_id", "'; DROP TABLE x; --"), ""),
        (.eq("owner", Document([("name", "o"), ("age", 7)])), "b"),
    ]

    @Test("finds by every kind of filter", arguments: Engine.allCases)
    func filters(_ engine: Engine) async throws {
        try await with(engine) { collection in
            for (filter, expected) in Self.filters {
                let found = try await collection.find(Query(filter, sort: [.ascending("_id")]))
                #expect(found.map(\.id).joined() == expected, "\(filter)")
                #expect(try await collection.count(filter) == expected.count, "\(filter)")
            }
        }
    }

    @Test("judges documents in memory as the databases do")
    func matching() throws {
        let documents = try runs().map { try DocumentEncoder().encode($0) }
        for (filter, expected) in Self.filters {
            let found = documents.filter(filter.matches).compactMap(\.id.string).joined()
            #expect(found == expected, "\(filter)")
        }
    }

    @Test("gives back what was stored", arguments: Engine.allCases)
    func roundTrip(_ engine: Engine) async throws {
        try await with(engine) { (collection) async throws -> Void in
            #expect(try await collection.find(Query(sort: [.ascending("_id")])) == runs())
            #expect(try await collection.get("b") == runs()[1])
            #expect(try await collection.get("z") == nil)
        }
    }

    @Test("sorts, by several keys and without gaps", arguments: Engine.allCases)
    func sorting(_ engine: Engine) async throws {
        try await with(engine) { (collection) async throws -> Void in
            func ids(_ sort: SortKey...) async throws -> String {
                try await collection.find(Query(sort: sort)).map(\.id).joined()
            }
            #expect(try await ids(.descending("run_sequence")) == "edcba")
            #expect(try await ids(.ascending("project_id"), .descending("run_sequence")) == "cbaed")
            #expect(try await ids(.ascending("resiliency_score")) == "cdeba", "nothing sorts first, ties by _id")
            #expect(try await ids(.descending("project_id")) == "edcba", "ties in the direction of the key")
            #expect(try await ids(.descending("finished_at")).hasPrefix("ed"))
        }
    }

    @Test("pages, and counts what all pages hold", arguments: Engine.allCases)
    func pages(_ engine: Engine) async throws {
        try await with(engine) { collection in
            var query = Query(.ne("phase", "Error"), sort: [.descending("created_at")], limit: 3)
            let first = try await collection.page(query)
            #expect(first.items.map(\.id) == ["e", "c", "b"])
            #expect(first.total == 4)
            query.skip = 3
            let second = try await collection.page(query)
            #expect(second.items.map(\.id) == ["a"])
            #expect(second.total == 4)
            query.skip = 30
            let beyond = try await collection.page(query)
            #expect(beyond.items.isEmpty)
            #expect(beyond.total == 4)
            query.limit = 0
            query.skip = 0
            #expect(try await collection.find(query).isEmpty)
            await #expect(throws: DocumentStoreError.self) { try await collection.find(Query(skip: -1)) }
        }
    }

    @Test("leaves out fields that are not wanted", arguments: Engine.allCases)
    func without(_ engine: Engine) async throws {
        try await with(engine) { collection in
            let found = try await collection.find(Query(.id("b"), without: ["resiliency_score", "owner"]))
            #expect(found.first?.score == nil)
            #expect(found.first?.owner == nil)
            #expect(found.first?.phase == "Completed")
        }
    }

    @Test("counts in groups", arguments: Engine.allCases)
    func groups(_ engine: Engine) async throws {
        try await with(engine) { collection in
            let byPhase = try await collection.groups(Grouping(by: ["phase"]), where: .eq("project_id", "p"))
            #expect(byPhase.map(\.key) == [["Completed"], ["Running"]])
            #expect(byPhase.map(\.count) == [1, 2])
            let byRemoval = try await collection.groups(Grouping(by: ["is_removed", "project_id"]))
            #expect(byRemoval.map(\.key) == [[false, "p"], [false, "q"], [true, "p"]])
            let figures = try await collection.groups(
                Grouping(
                    by: [],
                    measures: [
                        .count, .sum("run_sequence"), .average("resiliency_score"), .minimum("created_at"),
                        .maximum("finished_at"),
                    ]))
            #expect(figures.count == 1)
            let values = try #require(figures.first?.values)
            #expect(values[0].int == 5)
            #expect(values[1].int == 10)
            #expect(values[2].double == 74.75)
            #expect(values[3].int == 1_700_000_000_000)
            #expect(values[4] == .date(1_800_000_000_000))
            #expect(try await collection.groups(Grouping(by: ["phase"]), where: .eq("phase", "no")).isEmpty)
        }
    }

    @Test("finds nothing in a collection that nobody made", arguments: Engine.allCases)
    func missing(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let collection = try database.collection(named: "nothing")
            #expect(try await collection.find().isEmpty)
            #expect(try await collection.count() == 0)
            #expect(try await collection.delete(.all) == nil)
            #expect(try await collection.update(.all, Update().set("a", 1)) == nil)
        }
    }

    @Test("reads more than one portion of the server", arguments: Engine.allCases)
    func many(_ engine: Engine) async throws {
        try await engine.withDatabase { database in
            let collection = try await database.collection(Run.schema, of: Run.self)
            try await collection.insert(contentsOf: (0..<2500).map { Run("r\($0)", sequence: $0) })
            let found = try await collection.find(Query(sort: [.ascending("run_sequence")]))
            #expect(found.map(\.sequence) == Array(0..<2500))
        }
    }
}
