import AgentProtocol
import DocumentStore

/// The commands that wait for agents.
///
/// There is no collection of them: each lives in the document that it is about, and the outbox of an infrastructure is
/// what a query over these documents finds. Every change is conditional on the command still being open, so that of two
/// that want to end or send it one wins.
struct AgentOutbox: Sendable {
    enum Collection: CaseIterable, Sendable {
        case runs, experiments, infrastructures

        /// Long, and nothing that a command needs.
        var unneeded: [FieldPath] {
            switch self {
            case .runs: ["execution_data", "probes"]
            case .experiments: ["revision"]
            case .infrastructures: []
            }
        }
    }

    /// The document that a command lives in.
    struct Place: Sendable, Hashable {
        let collection: Collection
        let id: DocumentValue
    }

    struct Entry: Sendable {
        let command: AgentCommand
        let place: Place
    }

    /// A command that was ended by the call that returns this.
    struct Ended: Sendable {
        let command: AgentCommand
        let place: Place
        /// Whose command it was.
        let run: ExperimentRun?
        /// The id of the experiment, or of the infrastructure, that it is about.
        let subject: String
    }

    let store: CenterStore

    // MARK: Reading

    /// What is to be sent to the agent of an infrastructure, in the order in which it was made: its open commands, of a
    /// removed one those that end something.
    /// - Parameter now: milliseconds since 1970; those that have expired by then are left out.
    func open(for infraID: String, now: Int64) async throws -> [Entry] {
        let open = try await entries(.eq("open_for", infraID)) { $0.openFor == infraID && $0.expiresAt > now }
        guard open.contains(where: { !$0.command.type.isEnding }) else { return open }
        let isThere = try await store.infrastructures.count(.eq("infra_id", infraID) && .present) > 0
        return isThere ? open : open.filter(\.command.type.isEnding)
    }

    /// Open commands of an infrastructure that make or change something.
    func openBeginnings(for infraID: String) async throws -> [Entry] {
        try await entries(.eq("open_for", infraID)) { $0.openFor == infraID && !$0.type.isEnding }
    }

    /// Open commands of any infrastructure whose time is over.
    /// - Parameter limit: of documents of a kind.
    func overdue(at now: Int64, limit: Int) async throws -> [Entry] {
        let state = AgentCommand.State.open.rawValue
        return try await entries(.eq("state", state) && .lte("expires_at", now), limit: limit) {
            $0.state == .open && $0.openFor != nil && $0.expiresAt <= now
        }
    }

    /// Commands that have failed without their run having been told.
    func unreported() async throws -> [Ended] {
        let failed: Filter = .oneOf("state", [AgentCommand.State.failed, .expired].map(\.rawValue))
        let found = try await documents(.runs).find(
            .eq("completed", false) && .any("commands", failed && .ne("is_reported", true)))
        var all: [Ended] = []
        for document in found {
            let place = Place(collection: .runs, id: document.id)
            for command in commands(of: document)
            where [.failed, .expired].contains(command.state) && command.isReported != true {
                all.append(try ended(command, document, at: place))
            }
        }
        return all
    }

    private func entries(
        _ filter: Filter, limit: Int? = nil, where fits: (AgentCommand) -> Bool
    ) async throws -> [Entry] {
        var entries: [Entry] = []
        for collection in Collection.allCases {
            let query = Query(.any("commands", filter), limit: limit, without: collection.unneeded)
            for document in try await documents(collection).find(query) {
                let place = Place(collection: collection, id: document.id)
                entries += commands(of: document).filter(fits).map { Entry(command: $0, place: place) }
            }
        }
        return entries.sorted { $0.command.id < $1.command.id }
    }

    // MARK: Changing

    /// Notes that a command is being sent.
    /// - Parameters:
    ///   - attempt: the number of this time, from 1.
    ///   - isLast: it is done by that; nobody will acknowledge it.
    /// - Returns: the command; nil when it is not open any more, and is not to be sent.
    func markSent(
        _ id: String, for infraID: String, at place: Place, attempt: Int, now: Int64, isLast: Bool
    ) async throws -> AgentCommand? {
        var update = Self.change(id, "sent_at", now).setElements(
            of: "commands", where: .eq("id", id), "attempts", attempt)
        if isLast { update = Self.ending(id, .done, nil, update) }
        let filter: Filter =
            .id(place.id)
            && .any(
                "commands", .eq("open_for", infraID) && .eq("id", id) && .gt("expires_at", now))
        guard let document = try await documents(place.collection).update(filter, update) else { return nil }
        return commands(of: document).first { $0.id == id }
    }

    /// Ends an open command.
    /// - Parameter place: where the command is, if that is known; otherwise it is searched.
    /// - Returns: nil when there is no such command or it is not open any more.
    func end(
        _ id: String, for infraID: String, at place: Place?, as state: AgentCommand.State, reason: String?
    ) async throws -> Ended? {
        // Long, and not needed any more.
        let update = Self.change(id, "manifest", DocumentValue.null, Self.ending(id, state, reason))
        for collection in place.map({ [$0.collection] }) ?? Collection.allCases {
            let there: Filter = place.map { .id($0.id) } ?? .all
            let isOpen: Filter = .any("commands", .eq("open_for", infraID) && .eq("id", id))
            guard let document = try await documents(collection).update(there && isOpen, update),
                let command = commands(of: document).first(where: { $0.id == id })
            else { continue }
            let place = Place(collection: collection, id: document.id)
            return try ended(command, document, at: place)
        }
        return nil
    }

    /// Notes that the run of a failed command knows.
    func markReported(_ ended: Ended) async throws {
        let update = Self.change(ended.command.id, "is_reported", true)
        try await documents(ended.place.collection).update(
            .id(ended.place.id) && .any("commands", .eq("id", ended.command.id)), update)
    }

    private static func change(
        _ id: String, _ field: FieldPath, _ value: some DocumentValueConvertible, _ update: Update = Update()
    ) -> Update {
        update.setElements(of: "commands", where: .eq("id", id), field, value)
    }

    private static func ending(
        _ id: String, _ state: AgentCommand.State, _ reason: String?, _ update: Update = Update()
    ) -> Update {
        var update = change(id, "state", state.rawValue, change(id, "open_for", DocumentValue.null, update))
        if let reason { update = change(id, "reason", reason, update) }
        return update
    }

    // MARK: Forms

    private func documents(_ collection: Collection) throws -> DocumentCollection<Document> {
        let name =
            switch collection {
            case .runs: store.runs.name
            case .experiments: store.experiments.name
            case .infrastructures: store.infrastructures.name
            }
        return try store.database.collection(named: name)
    }

    /// Without those that this program does not understand: one of them must not hold up the others.
    private func commands(of document: Document) -> [AgentCommand] {
        (document["commands"]?.array ?? []).compactMap { try? DocumentDecoder().decode(AgentCommand.self, from: $0) }
    }

    private func ended(_ command: AgentCommand, _ document: Document, at place: Place) throws -> Ended {
        Ended(
            command: command, place: place, run: try run(of: document, at: place),
            subject: (document["experiment_id"] ?? document["infra_id"])?.string ?? "")
    }

    private func run(of document: Document, at place: Place) throws -> ExperimentRun? {
        guard place.collection == .runs else { return nil }
        return try DocumentDecoder().decode(ExperimentRun.self, from: document)
    }
}

extension ActionType {
    /// Whether nothing runs by it that did not run before.
    fileprivate var isEnding: Bool {
        switch self {
        case .delete, .deleteExperiment, .deleteRun, .stopRun: true
        case .create, .update, .get, .logs, .listObjects, .listNamespaces: false
        }
    }
}
