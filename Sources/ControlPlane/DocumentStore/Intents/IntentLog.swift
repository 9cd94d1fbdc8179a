import Foundation

/// Changes that span documents: what is to be done is stored first, then done step by step, then struck off. What a
/// crash leaves undone is done by `recover` at the next start.
///
/// A step may so run twice, also at the same time in two processes: each must be idempotent (set, not add; delete what
/// may be gone; insert under an id that the intent names).
///
///     let log = IntentLog(database: database, handlers: [IntentHandler("delete-project") { (intent: DeleteProject, db) in … }])
///     try await log.recover()
///     try await log.perform("delete-project", DeleteProject(projectID: id))
public actor IntentLog {
    public static let collectionName = "intents"

    /// What became of an unfinished intent at `recover`.
    public struct Outcome: Sendable {
        public var id: String
        public var kind: String
        /// Why it is still unfinished, or was given up; nil when it is done.
        public var problem: String?
    }

    private let database: DocumentDatabase
    private let handlers: [String: IntentHandler]
    private let now: @Sendable () -> Date
    private var running: Set<String> = []
    private var prepared: DocumentCollection<Intent>?

    /// - Parameter handlers: one for each kind; of two for one kind the last counts.
    public init(
        database: DocumentDatabase, handlers: [IntentHandler], now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.database = database
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }, uniquingKeysWith: { $1 })
        self.now = now
    }

    private func intents() async throws(DocumentStoreError) -> DocumentCollection<Intent> {
        if let prepared { return prepared }
        let intents = try await database.collection(
            CollectionSchema(Self.collectionName, indexes: [.fields("created_at")]), of: Intent.self)
        prepared = intents
        return intents
    }

    /// Stores the intent, carries it out, and strikes it off.
    /// - Throws: `IntentRejected` from the handler, and then nothing is left of the intent. Any other error leaves it
    ///   stored, to be done at the next `recover`.
    public func perform(_ kind: String, _ payload: some Encodable & Sendable) async throws {
        guard let handler = handlers[kind] else { throw IntentRejected("no handler for intents of kind '\(kind)'") }
        let intent = Intent(
            id: ObjectID(at: now()).description, kind: kind, payload: try DocumentEncoder().encodeValue(payload),
            createdAt: DateText.milliseconds(of: now()), attempts: 1, lastError: nil)
        running.insert(intent.id)
        defer { running.remove(intent.id) }
        let intents = try await intents()
        try await intents.insert(intent)
        try await carryOut(intent, handler, intents)
    }

    private func carryOut(
        _ intent: Intent, _ handler: IntentHandler, _ intents: DocumentCollection<Intent>
    ) async throws {
        do {
            try await handler.run(intent.payload, database)
        } catch let error as IntentRejected {
            try await intents.delete(.id(intent.id))
            throw error
        } catch {
            // The intent stays whatever comes of noting why.
            _ = try? await intents.update(.id(intent.id), Update().set("last_error", "\(error)"))
            throw error
        }
        try await intents.delete(.id(intent.id))
    }

    /// Does what was left undone, oldest first. Call it at the start, and again when a database was away.
    /// - Returns: one outcome for each intent that was found; those that this log carries out now are passed over.
    @discardableResult
    public func recover() async throws(DocumentStoreError) -> [Outcome] {
        let intents = try await intents()
        var outcomes: [Outcome] = []
        for intent in try await intents.find(Query(sort: [.ascending("created_at")])) where !running.contains(intent.id)
        {
            running.insert(intent.id)
            defer { running.remove(intent.id) }
            // Gone meanwhile, when another process did it.
            guard try await intents.update(.id(intent.id), Update().inc("attempts")) != nil else { continue }
            var outcome = Outcome(id: intent.id, kind: intent.kind)
            if let handler = handlers[intent.kind] {
                do { try await carryOut(intent, handler, intents) } catch { outcome.problem = "\(error)" }
            } else {
                outcome.problem = "no handler for intents of kind '\(intent.kind)'"
            }
            outcomes.append(outcome)
        }
        return outcomes
    }

    /// How many are unfinished.
    public func pending() async throws(DocumentStoreError) -> Int { try await intents().count() }
}

/// Carries out intents of one kind.
public struct IntentHandler: Sendable {
    public let kind: String
    let run: @Sendable (DocumentValue, DocumentDatabase) async throws -> Void

    /// - Parameter body: idempotent steps. Throws `IntentRejected` to give the intent up for good.
    public init<Payload: Decodable & Sendable>(
        _ kind: String, _ body: @escaping @Sendable (Payload, DocumentDatabase) async throws -> Void
    ) {
        self.kind = kind
        run = { payload, database in
            let decoded: Payload
            do {
                decoded = try DocumentDecoder().decode(Payload.self, from: payload)
            } catch {
                throw IntentRejected("an intent of kind '\(kind)' holds something else: \(error)")
            }
            try await body(decoded, database)
        }
    }
}

/// An intent that cannot be carried out, now or later.
public struct IntentRejected: Error, Sendable, Hashable, CustomStringConvertible {
    public var reason: String

    public init(_ reason: String) { self.reason = reason }

    public var description: String { reason }
}

/// An intent as it is stored.
struct Intent: Codable, Sendable {
    var id: String
    var kind: String
    var payload: DocumentValue
    /// Milliseconds since 1970.
    var createdAt: Int64
    var attempts: Int
    var lastError: String?

    enum CodingKeys: String, CodingKey {
        case id = "_id"
        case kind, payload, attempts
        case createdAt = "created_at"
        case lastError = "last_error"
    }
}
