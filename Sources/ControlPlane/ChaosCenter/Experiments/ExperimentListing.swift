import DocumentStore
import GraphQL

extension CenterStore {
    /// One that is not removed, with its revisions.
    func experiment(_ id: String, in projectID: String) async throws -> StoredExperiment? {
        try await experiments.first(.project(projectID) && .eq("experiment_id", id))
    }

    /// Experiments without their revisions and commands, which are long: for lists. They must not be stored again.
    func experimentHeads(_ query: Query) async throws -> [StoredExperiment] {
        try await experimentDocuments.find(Self.withoutManifests(query)).map(Self.head)
    }

    fileprivate func experimentPage(_ query: Query) async throws -> ExperimentListing.Page {
        let page = try await experimentDocuments.page(Self.withoutManifests(query))
        return ExperimentListing.Page(experiments: try page.items.map(Self.head), total: page.total)
    }

    private var experimentDocuments: DocumentCollection<DocumentStore.Document> {
        get throws { try database.collection(named: experiments.name) }
    }

    private static func withoutManifests(_ query: Query) -> Query {
        var query = query
        query.without = ["revision", "commands"]
        return query
    }

    private static func head(_ document: DocumentStore.Document) throws -> StoredExperiment {
        var document = document
        document["revision"] = .array([])
        return try DocumentDecoder().decode(StoredExperiment.self, from: document)
    }
}

/// A list of the experiments of a project.
struct ExperimentListing: Sendable {
    /// Experiments without their revisions, and how many there are in all.
    struct Page: Sendable, GraphQLOutput {
        var experiments: [StoredExperiment]
        var total: Int
    }

    let store: CenterStore
    let projectID: String

    func page(_ request: ListExperimentRequest) async throws -> Page {
        try request.check()
        let filter = try await filter(request)
        return try await store.experimentPage(
            try Pagination.apply(request.pagination, to: Query(filter, sort: [Self.sort(request.sort)])))
    }

    private static func sort(_ sort: ListExperimentRequest.Sort?) -> SortKey {
        switch sort?.field {
        case .name: sort?.ascending ?? true ? .ascending("name") : .descending("name")
        case .time, nil: sort?.ascending ?? false ? .ascending("updated_at") : .descending("updated_at")
        }
    }

    private func filter(_ request: ListExperimentRequest) async throws -> Filter {
        var filter = Filter.project(projectID)
        let ids = (request.experimentIDs ?? []).compactMap(\.self)
        if !ids.isEmpty { filter = filter && .oneOf("experiment_id", ids) }
        guard let wanted = request.filter else { return filter }
        if let name = wanted.experimentName, !name.isEmpty { filter = filter && .search("name", name) }
        if let infraID = wanted.infraID, !infraID.isEmpty { filter = filter && .eq("infra_id", infraID) }
        let cron = Filter.eq("experiment_type", ExperimentManifest.Kind.cronWorkflow.experimentType)
        switch wanted.scheduleType {
        case .cron: filter = filter && cron
        case .nonCron: filter = filter && !cron
        case .all, nil: break
        }
        if let range = wanted.dateRange { filter = filter && (try range.filter(of: "updated_at")) }
        if let infras = try await infrastructures(wanted) { filter = filter && .oneOf("infra_id", infras) }
        if let status = wanted.status, !status.isEmpty, status != "All" {
            filter = filter && (try await experiments(withStatus: status))
        }
        return filter
    }

    /// The ids of those that are asked for by what they are; nil when any will do.
    private func infrastructures(_ wanted: ListExperimentRequest.Filter) async throws -> [String]? {
        var filter = Filter.project(projectID)
        if let name = wanted.infraName, !name.isEmpty { filter = filter && .search("name", name) }
        if let isActive = wanted.infraActive { filter = filter && .eq("is_active", isActive) }
        let types = (wanted.infraTypes ?? []).compactMap(\.self)
        if !types.isEmpty { filter = filter && .oneOf("infra_type", types) }
        guard filter != .project(projectID) else { return nil }
        return try await store.infrastructures.find(Query(filter, without: ["commands"])).map(\.id)
    }

    /// Experiments whose newest run is in a phase.
    private func experiments(withStatus status: String) async throws -> Filter {
        let groups = try await store.runs.groups(
            Grouping(by: ["experiment_id", "phase"], measures: [.maximum("created_at")]), where: .project(projectID))
        var newest: [String: (phase: String, time: Int64)] = [:]
        for group in groups {
            guard let id = group.key.first?.string, let phase = group.key.last?.string else { continue }
            let time = group.values.first?.int ?? 0
            if let known = newest[id], known.time >= time { continue }
            newest[id] = (phase, time)
        }
        guard status != "NA" else { return !.oneOf("experiment_id", Array(newest.keys)) }
        return .oneOf("experiment_id", newest.filter { $0.value.phase == status }.map(\.key))
    }
}
