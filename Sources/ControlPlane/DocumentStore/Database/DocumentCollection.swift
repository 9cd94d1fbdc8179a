import Foundation

/// Documents of one kind. All methods throw `DocumentStoreError`.
///
/// Every write changes one document as a whole, is on the disk when it returns, and raises the document's version.
public struct DocumentCollection<Model: Codable & Sendable>: Sendable {
    public let name: String
    public let database: DocumentDatabase

    private var engine: any DocumentEngine { database.engine }

    // MARK: Reading

    public func find(_ query: Query = Query()) async throws(DocumentStoreError) -> [Model] {
        try query.check()
        let documents = try await database.storing { try await engine.find(query, in: name) }
        var models: [Model] = []
        models.reserveCapacity(documents.count)
        for document in documents { models.append(try decode(document)) }
        return models
    }

    public func find(_ filter: Filter) async throws(DocumentStoreError) -> [Model] { try await find(Query(filter)) }

    public func first(_ filter: Filter, sort: [SortKey] = []) async throws(DocumentStoreError) -> Model? {
        try await find(Query(filter, sort: sort, limit: 1)).first
    }

    public func get(_ id: some DocumentValueConvertible) async throws(DocumentStoreError) -> Model? {
        try await first(.id(id))
    }

    /// With the version that `replace` asks for.
    public func versioned(_ filter: Filter) async throws(DocumentStoreError) -> Versioned<Model>? {
        guard let document = try await firstDocument(filter) else { return nil }
        return Versioned(model: try decode(document), version: document.version)
    }

    public func count(_ filter: Filter = .all) async throws(DocumentStoreError) -> Int {
        try await database.storing { try await engine.count(filter, in: name) }
    }

    /// One page, and how many documents fit in all.
    public func page(_ query: Query) async throws(DocumentStoreError) -> Page<Model> {
        let items = try await find(query)
        // A page that is not full tells the number by itself.
        if let limit = query.limit, items.count < limit, !items.isEmpty || query.skip == 0 {
            return Page(items: items, total: query.skip + items.count)
        }
        return Page(items: items, total: try await count(query.filter))
    }

    /// Sorted by their keys.
    public func groups(
        _ grouping: Grouping, where filter: Filter = .all
    ) async throws(DocumentStoreError) -> [Grouping.Group] {
        let groups = try await database.storing { try await engine.groups(grouping, filter, in: name) }
        return groups.sorted { DocumentValue.sorts(.array($0.key), before: .array($1.key)) }
    }

    // MARK: Writing

    /// - Throws: `.duplicate` when the `_id` or a unique value is taken. A model without `_id` gets a new ObjectId.
    @discardableResult
    public func insert(_ model: Model) async throws(DocumentStoreError) -> DocumentValue {
        let document = try newDocument(model)
        try await database.storing { try await engine.insert([document], into: name) }
        return document.id
    }

    /// Those before one that is refused may have been stored.
    public func insert(contentsOf models: [Model]) async throws(DocumentStoreError) {
        var documents: [Document] = []
        for model in models { documents.append(try newDocument(model)) }
        guard !documents.isEmpty else { return }
        let made = documents
        try await database.storing { try await engine.insert(made, into: name) }
    }

    /// Changes the first document that fits.
    /// - Parameter upsert: when none fits, one is inserted that has the values that the filter asks for.
    /// - Returns: the document after the change; nil when none fits.
    @discardableResult
    public func update(
        _ filter: Filter, sort: [SortKey] = [], _ update: Update, upsert: Bool = false
    ) async throws(DocumentStoreError) -> Model? {
        guard let document = try await updated(filter, sort: sort, update, upsert: upsert) else { return nil }
        return try decode(document)
    }

    private func updated(
        _ filter: Filter, sort: [SortKey], _ update: Update, upsert: Bool
    ) async throws(DocumentStoreError) -> Document? {
        var update = update.inc(FieldPath(Document.versionField))
        let namesID = filter.equalities.contains { $0.path.isID } || update.steps.contains { $0.path.isID }
        if upsert, !namesID { update = update.setOnInsert("_id", ObjectID()) }
        try update.check()
        let steps = update
        return try await database.storing {
            try await engine.update(filter, sort: sort, steps, upsert: upsert, in: name)
        }
    }

    /// Changes every document that fits now, one after another; not all at once.
    /// - Returns: how many were changed.
    @discardableResult
    public func updateAll(_ filter: Filter, _ update: Update) async throws(DocumentStoreError) -> Int {
        var count = 0
        for id in try await ids(filter) {
            // The filter again: the document may have changed meanwhile.
            let one = .compare("_id", .equal, id) && filter
            if try await updated(one, sort: [], update, upsert: false) != nil { count += 1 }
        }
        return count
    }

    /// Puts the model in the place of the document with its `_id`, if that is still at the version at which it was
    /// read.
    /// - Returns: the new version.
    /// - Throws: `.conflict` when someone else changed or deleted it.
    @discardableResult
    public func replace(_ model: Model, expecting version: Int64) async throws(DocumentStoreError) -> Int64 {
        let document = try encode(model)
        guard try await isReplaced(by: document, expecting: version) else {
            throw .conflict(collection: name, id: "\(document.id)", expected: version)
        }
        return version + 1
    }

    private func isReplaced(by document: Document, expecting version: Int64) async throws(DocumentStoreError) -> Bool {
        var document = document
        document[Document.versionField] = .int(version + 1)
        try document.check(for: name)
        let field = FieldPath(Document.versionField)
        let current: Filter = version == 0 ? .isOneOf(field, [.null, .int(0)]) : .eq(field, version)
        let whole = document
        let filter = Filter.compare("_id", .equal, document.id) && current
        return try await database.storing { try await engine.replace(filter, with: whole, in: name) }
    }

    /// Reads, changes and replaces a document until nobody else came between.
    /// - Parameter body: may be called several times. What it throws ends the change.
    /// - Returns: the model after the change; nil when no document fits.
    @discardableResult
    public func modify(_ filter: Filter, _ body: (inout Model) throws -> Void) async throws -> Model? {
        while let read = try await firstDocument(filter) {
            let changed = try Self.changed(try decode(read), body)
            var document = try encode(changed)
            // Models need not have the `_id`.
            if document["_id"] == nil { document = Document([("_id", read.id)] + document.map { ($0, $1) }) }
            if try await isReplaced(by: document, expecting: read.version) { return changed }
        }
        return nil
    }

    private func firstDocument(_ filter: Filter) async throws(DocumentStoreError) -> Document? {
        try await database.storing { try await engine.find(Query(filter, limit: 1), in: name) }.first
    }

    // Apart, since the compiler (6.3) crashes on a copy that is changed in the loop above.
    private static func changed(_ model: Model, _ body: (inout Model) throws -> Void) throws -> Model {
        var model = model
        try body(&model)
        return model
    }

    /// Deletes the first document that fits.
    /// - Returns: the document that is gone; nil when none fits.
    @discardableResult
    public func delete(_ filter: Filter, sort: [SortKey] = []) async throws(DocumentStoreError) -> Model? {
        let document = try await database.storing { try await engine.delete(filter, sort: sort, from: name) }
        guard let document else { return nil }
        return try decode(document)
    }

    /// Deletes every document that fits now, one after another.
    /// - Returns: how many are gone.
    @discardableResult
    public func deleteAll(_ filter: Filter) async throws(DocumentStoreError) -> Int {
        var count = 0
        for id in try await ids(filter) {
            let one = .compare("_id", .equal, id) && filter
            let document = try await database.storing { try await engine.delete(one, sort: [], from: name) }
            if document != nil { count += 1 }
        }
        return count
    }

    /// What this process changes from now on; see `ChangeFeed`.
    public func changes(where filter: Filter = .all) -> ChangeFeed { database.changes(in: name, where: filter) }

    // MARK: Forms

    private func ids(_ filter: Filter) async throws(DocumentStoreError) -> [DocumentValue] {
        try await database.storing { try await engine.find(Query(filter), in: name) }.map(\.id)
    }

    private func encode(_ model: Model) throws(DocumentStoreError) -> Document {
        if let document = model as? Document { return document }
        do {
            return try DocumentEncoder().encode(model)
        } catch {
            throw .invalidDocument(collection: name, "\(error)")
        }
    }

    private func newDocument(_ model: Model) throws(DocumentStoreError) -> Document {
        var document = try encode(model)
        if document["_id"] == nil { document = Document([("_id", .objectID(ObjectID()))] + document.map { ($0, $1) }) }
        document[Document.versionField] = .int(1)
        try document.check(for: name)
        return document
    }

    private func decode(_ document: Document) throws(DocumentStoreError) -> Model {
        if let model = document as? Model { return model }
        do {
            return try DocumentDecoder().decode(Model.self, from: document)
        } catch let error as DecodingError {
            let (path, reason) = error.place
            throw .undecodable(collection: name, id: "\(document.id)", path: path, reason)
        } catch {
            throw .undecodable(collection: name, id: "\(document.id)", path: "", "\(error)")
        }
    }
}

extension DecodingError {
    /// The field and what is wrong with it.
    var place: (path: String, reason: String) {
        let (context, last): (Context, (any CodingKey)?) =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context, nil)
            case .keyNotFound(let key, let context): (context, key)
            @unknown default: (Context(codingPath: [], debugDescription: "\(self)"), nil)
            }
        let path = context.codingPath + (last.map { [$0] } ?? [])
        return (path.map(\.stringValue).joined(separator: "."), context.debugDescription)
    }
}
