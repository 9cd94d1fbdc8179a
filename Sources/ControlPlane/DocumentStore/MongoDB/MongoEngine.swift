import Foundation

/// Documents in MongoDB, by commands that a standalone server knows: no transactions, no sessions. Writes are
/// acknowledged by the majority of a replica set, on their disks.
final class MongoEngine: DocumentEngine {
    private static let portion: Int64 = 1000
    private static let writeConcern: DocumentValue = ["w": "majority", "j": true]

    let location: String
    let client: MongoClient
    private let hub: ChangeHub

    init(url: String, location: String, database: String, hub: ChangeHub) throws(DocumentStoreError) {
        self.location = location
        self.hub = hub
        client = try MongoClient(url: url, location: location, database: database)
    }

    /// Runs a command and words its refusal.
    func run(_ command: Document, collection: String = "") async throws -> Document {
        do {
            let reply = try await client.run(command)
            if let error = reply["writeErrors"]?.array?.first?.document {
                throw MongoFailure(code: error["code"]?.int ?? 0, message: error["errmsg"]?.string ?? "")
            }
            if let concern = reply["writeConcernError"]?.document {
                let why = concern["errmsg"]?.string ?? "\(concern)"
                throw DocumentStoreError.unavailable(location, "a write is not confirmed by the majority: \(why)")
            }
            return reply
        } catch let failure as MongoFailure {
            throw error(failure, collection)
        }
    }

    private func error(_ failure: MongoFailure, _ collection: String) -> DocumentStoreError {
        switch failure.code {
        case MongoFailure.duplicateKey:
            return .duplicate(collection: collection, index: Self.index(in: failure.message))
        // TypeMismatch, PathNotViable, ConflictingUpdateOperators, BadValue and the errors of updates' operators.
        case 14, 28, 40: return .invalidUpdate(failure.message)
        case 2 where failure.message.contains("array updates"): return .invalidUpdate(failure.message)
        case 10334, 17280, 17419, 10003: return .invalidDocument(collection: collection, failure.message)
        // NotWritablePrimary, shut downs and steps down: the next try may find another primary.
        case 10107, 13435, 13436, 11600, 11602, 189, 91, 7, 6, 89, 9001: return .unavailable(location, failure.message)
        case 14031: return .full(location, failure.message)
        default: return .refused(location, "\(failure.message) (code \(failure.code))")
        }
    }

    /// `… index: username dup key: …`
    private static func index(in message: String) -> String {
        guard let start = message.range(of: "index: ") else { return "_id_" }
        let name = message[start.upperBound...].prefix { $0 != " " }
        return String(name.hasPrefix(indexPrefix) ? name.dropFirst(indexPrefix.count) : name)
    }

    // MARK: Reading

    func find(_ query: Query, in collection: String) async throws -> [Document] {
        // To MongoDB a limit of 0 is none.
        if query.limit == 0 { return [] }
        var documents: [Document] = []
        try await find(query, in: collection, concern: nil) { documents += $0 }
        return documents
    }

    /// - Returns: the reply to the first command, for its time stamp.
    @discardableResult
    private func find(
        _ query: Query, in collection: String, concern: DocumentValue?, _ body: ([Document]) throws -> Void
    ) async throws -> Document {
        var command: Document = [
            "find": .string(collection), "filter": .document(try query.filter.mongo()), "batchSize": .int(Self.portion),
        ]
        command["sort"] = Self.sort(query.order)
        if query.skip > 0 { command["skip"] = .int(Int64(query.skip)) }
        if let limit = query.limit { command["limit"] = .int(Int64(limit)) }
        if !query.without.isEmpty {
            command["projection"] = .document(Document(query.without.map { ("\($0)", .int(0)) }))
        }
        command["readConcern"] = concern
        let first = try await run(command, collection: collection)
        try body(Self.documents(first, "firstBatch"))
        var cursor = first["cursor"]?.document?["id"]?.int ?? 0
        while cursor != 0 {
            let next = try await run(
                ["getMore": .int(cursor), "collection": .string(collection), "batchSize": .int(Self.portion)],
                collection: collection)
            try body(Self.documents(next, "nextBatch"))
            cursor = next["cursor"]?.document?["id"]?.int ?? 0
        }
        return first
    }

    private static func documents(_ reply: Document, _ batch: String) -> [Document] {
        reply["cursor"]?.document?[batch]?.array?.compactMap(\.document) ?? []
    }

    private static func sort(_ keys: [SortKey]) -> DocumentValue? {
        guard !keys.isEmpty else { return nil }
        return .document(Document(keys.map { ("\($0.path)", .int($0.isAscending ? 1 : -1)) }))
    }

    private func aggregate(_ pipeline: [DocumentValue], in collection: String) async throws -> [Document] {
        var reply = try await run(
            ["aggregate": .string(collection), "pipeline": .array(pipeline), "cursor": [:]], collection: collection)
        var documents = Self.documents(reply, "firstBatch")
        while let cursor = reply["cursor"]?.document?["id"]?.int, cursor != 0 {
            reply = try await run(["getMore": .int(cursor), "collection": .string(collection)], collection: collection)
            documents += Self.documents(reply, "nextBatch")
        }
        return documents
    }

    func count(_ filter: Filter, in collection: String) async throws -> Int {
        let counted = try await aggregate(
            [["$match": .document(try filter.mongo())], ["$group": ["_id": .null, "n": ["$sum": 1]]]], in: collection)
        return Int(counted.first?["n"]?.int ?? 0)
    }

    func groups(_ grouping: Grouping, _ filter: Filter, in collection: String) async throws -> [Grouping.Group] {
        let keys = grouping.paths.enumerated().map { ("k\($0.offset)", DocumentValue.string("$\($0.element)")) }
        var stage: Document = ["_id": keys.isEmpty ? .null : .document(Document(keys))]
        for (index, measure) in grouping.measures.enumerated() {
            stage["m\(index)"] =
                switch measure {
                case .count: ["$sum": 1]
                case .sum(let path): ["$sum": .string("$\(path)")]
                case .average(let path): ["$avg": .string("$\(path)")]
                case .minimum(let path): ["$min": .string("$\(path)")]
                case .maximum(let path): ["$max": .string("$\(path)")]
                }
        }
        let rows = try await aggregate(
            [["$match": .document(try filter.mongo())], ["$group": .document(stage)]], in: collection)
        // A field that is missing and one that is null are two groups to MongoDB. Where both occur they stay apart.
        return rows.map { row in
            let key = row["_id"]?.document ?? Document()
            return Grouping.Group(
                key: keys.map { key[$0.0] ?? .null },
                values: grouping.measures.indices.map { row["m\($0)"] ?? .null })
        }
    }

    // MARK: Writing

    func insert(_ documents: [Document], into collection: String) async throws {
        for portion in Self.portions(documents) {
            _ = try await run(
                [
                    "insert": .string(collection), "documents": .array(portion.map(DocumentValue.document)),
                    "ordered": true, "writeConcern": Self.writeConcern,
                ], collection: collection)
            for document in portion {
                hub.publish(Change(collection: collection, kind: .inserted, document: document))
            }
        }
    }

    /// A command is one document to the server, and may be as large as one.
    private static func portions(_ documents: [Document]) -> [[Document]] {
        guard documents.count > 1 else { return [documents] }
        var portions: [[Document]] = []
        var room = 0
        for document in documents {
            let size = BSON.encode(document).count + 16
            if size > room || portions[portions.count - 1].count == 1000 {
                portions.append([])
                room = 12 << 20
            }
            portions[portions.count - 1].append(document)
            room -= size
        }
        return portions
    }

    func update(
        _ filter: Filter, sort: [SortKey], _ update: Update, upsert: Bool, in collection: String
    ) async throws -> Document? {
        let (changes, arrayFilters) = try update.mongo()
        var command: Document = [
            "findAndModify": .string(collection), "query": .document(try filter.mongo()), "update": .document(changes),
            "new": true, "upsert": .bool(upsert), "writeConcern": Self.writeConcern,
        ]
        command["sort"] = Self.sort(Query(filter, sort: sort).order)
        if !arrayFilters.isEmpty { command["arrayFilters"] = .array(arrayFilters) }
        let reply: Document
        do {
            reply = try await run(command, collection: collection)
        } catch DocumentStoreError.duplicate where upsert {
            // Two upserts may both have found nothing; the one that lost finds the document now.
            reply = try await run(command, collection: collection)
        }
        guard let document = reply["value"]?.document else { return nil }
        let isUpdate = reply["lastErrorObject"]?.document?["updatedExisting"]?.bool ?? true
        hub.publish(Change(collection: collection, kind: isUpdate ? .updated : .inserted, document: document))
        return document
    }

    func replace(_ filter: Filter, with document: Document, in collection: String) async throws -> Bool {
        let reply = try await run(
            [
                "findAndModify": .string(collection), "query": .document(try filter.mongo()),
                "update": .document(document), "new": true, "upsert": false, "writeConcern": Self.writeConcern,
            ], collection: collection)
        guard reply["value"]?.document != nil else { return false }
        hub.publish(Change(collection: collection, kind: .updated, document: document))
        return true
    }

    func delete(_ filter: Filter, sort: [SortKey], from collection: String) async throws -> Document? {
        var command: Document = [
            "findAndModify": .string(collection), "query": .document(try filter.mongo()), "remove": true,
            "writeConcern": Self.writeConcern,
        ]
        command["sort"] = Self.sort(Query(filter, sort: sort).order)
        let reply = try await run(command, collection: collection)
        guard let document = reply["value"]?.document else { return nil }
        hub.publish(Change(collection: collection, kind: .deleted, document: document))
        return document
    }

    // MARK: The whole database

    func export(
        _ collections: [String], _ body: @escaping @Sendable (String, [Document]) throws -> Void
    ) async throws -> Bool {
        var concern: DocumentValue? = ["level": "snapshot"]
        var isOfOneMoment = true
        for collection in collections {
            let query = Query(sort: [.ascending("_id")])
            var hasBegun = false
            do {
                let first = try await find(query, in: collection, concern: concern) { documents in
                    hasBegun = true
                    try body(collection, documents)
                }
                if isOfOneMoment, concern?.document?["atClusterTime"] == nil {
                    guard let time = first["cursor"]?.document?["atClusterTime"] ?? first["atClusterTime"] else {
                        concern = nil
                        isOfOneMoment = collections.count == 1
                        continue
                    }
                    concern = ["level": "snapshot", "atClusterTime": time]
                }
            } catch DocumentStoreError.refused where !hasBegun && concern != nil {
                // A standalone server has no snapshots.
                concern = nil
                isOfOneMoment = false
                try await find(query, in: collection, concern: nil) { try body(collection, $0) }
            }
        }
        return isOfOneMoment
    }

    func ping() async throws { _ = try await run(["ping": 1]) }

    func close() async { await client.close() }
}
