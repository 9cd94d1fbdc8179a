extension MongoEngine {
    /// Indexes that were made here begin with this in their names; others, such as those of an imported database, are
    /// left alone.
    static let indexPrefix = "litmus_"

    func prepare(_ schema: CollectionSchema) async throws(DocumentStoreError) {
        do {
            try await makeIndexes(schema)
        } catch let error as DocumentStoreError {
            throw error
        } catch {
            throw .refused(location, "\(error)")
        }
    }

    private func makeIndexes(_ schema: CollectionSchema) async throws {
        var definitions: [String: Document] = [:]
        for index in schema.indexes {
            let definition = try Self.definition(index)
            definitions[definition["name"]?.string ?? ""] = definition
        }
        for present in try await presentIndexes(of: schema.name) {
            guard let name = present["name"]?.string, name.hasPrefix(Self.indexPrefix) else { continue }
            if let wanted = definitions[name], Self.isSame(present, wanted) {
                definitions[name] = nil
            } else {
                _ = try await run(["dropIndexes": .string(schema.name), "index": .string(name)])
            }
        }
        guard !definitions.isEmpty else { return }
        _ = try await run(
            [
                "createIndexes": .string(schema.name), "indexes": .array(definitions.values.map { .document($0) }),
                "writeConcern": ["w": "majority"],
            ], collection: schema.name)
    }

    private func presentIndexes(of collection: String) async throws -> [Document] {
        do {
            let reply = try await client.run(["listIndexes": .string(collection), "cursor": ["batchSize": 200]])
            return reply["cursor"]?.document?["firstBatch"]?.array?.compactMap(\.document) ?? []
        } catch let failure as MongoFailure where failure.code == MongoFailure.namespaceNotFound {
            return []
        } catch let failure as MongoFailure {
            throw DocumentStoreError.refused(location, failure.message)
        }
    }

    private static func isSame(_ present: Document, _ wanted: Document) -> Bool {
        func keys(_ index: Document) -> [String] { index["key"]?.document?.names ?? [] }
        return keys(present) == keys(wanted) && present["unique"]?.bool ?? false == wanted["unique"]?.bool ?? false
            && "\(present["partialFilterExpression"] ?? .null)" == "\(wanted["partialFilterExpression"] ?? .null)"
    }

    private static func definition(_ index: IndexDefinition) throws(DocumentStoreError) -> Document {
        let paths = index.paths.map { index.elementsOf?.appending($0) ?? $0 }
        var keys = Document(paths.map { ("\($0)", .int(1)) })
        // With the tie-break in the index, pages come out of it without sorting.
        if !index.isUnique, index.elementsOf == nil { keys["_id"] = 1 }
        var definition: Document = ["key": .document(keys), "name": .string(indexPrefix + index.name)]
        var filter = index.filter
        if index.isUnique {
            definition["unique"] = true
            for path in paths where !filter.equalities.contains(where: { $0.path == path }) {
                filter = filter && .exists(path)
            }
        }
        if filter != .all { definition["partialFilterExpression"] = .document(try filter.mongoForIndex()) }
        return definition
    }

    func collectionNames() async throws -> [String] {
        let reply = try await run(["listCollections": 1, "nameOnly": true, "cursor": ["batchSize": 10000]])
        let collections = reply["cursor"]?.document?["firstBatch"]?.array ?? []
        return collections.compactMap { $0.document?["name"]?.string }
            .filter { !$0.hasPrefix("system.") }.sorted()
    }

    func drop(_ collection: String) async throws {
        do {
            _ = try await client.run(["drop": .string(collection), "writeConcern": ["w": "majority"]])
        } catch let failure as MongoFailure {
            guard failure.code != MongoFailure.namespaceNotFound else { return }
            throw DocumentStoreError.refused(location, failure.message)
        }
    }
}

extension Filter {
    /// One level of fields, which servers before 6.0 understand too.
    fileprivate func mongoForIndex() throws(DocumentStoreError) -> Document {
        guard case .allOf(let filters) = self else { return try mongo() }
        var all = Document()
        for filter in filters {
            for (name, value) in try filter.mongo() {
                var conditions = all[name]?.document ?? Document()
                for (word, operand) in value.document ?? ["$eq": value] { conditions[word] = operand }
                all[name] = .document(conditions)
            }
        }
        return all
    }
}
