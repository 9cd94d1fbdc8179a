import DocumentStore
import GraphQL

/// `ListExperimentRunRequest`.
struct RunListRequest: Codable, Sendable {
    struct Filter: Codable, Sendable {
        var experimentName: String?
        var infraID: String?
        /// `CRON`, `NON_CRON` or `ALL`.
        var experimentType: String?
        var experimentStatus: String?
        var dateRange: DateRange?
        var experimentRunID: String?
        var experimentRunStatus: [String?]?
        /// There is one type, so that everything fits.
        var infraTypes: [String?]?
    }

    struct Sort: Codable, Sendable {
        /// `NAME` or `TIME`.
        var field: String
        var ascending: Bool?
    }

    var experimentRunIDs: [String?]?
    var experimentIDs: [String?]?
    var pagination: Pagination?
    var sort: Sort?
    var filter: Filter?
}

/// Some runs of a project.
struct RunPage: GraphQLOutput {
    var runs: [ExperimentRun]
    /// How many there are in all; 0 where nobody asked.
    var total: Int
}

/// Reads a page of the runs of a project.
struct RunListing: Sendable {
    private static let mostIDs = 1000
    private static let longestText = 500
    /// Of the pages that are kept.
    private static let longestKept = 50

    let center: ChaosCenter
    let projectID: String
    let request: RunListRequest

    func page(isCounted: Bool) async throws -> RunPage {
        let filter = try await filter()
        let query = try Pagination.apply(request.pagination, to: Query(filter, sort: [sort]))
        let runs = try await runs(query)
        return RunPage(runs: runs, total: isCounted ? try await total(query, runs.count) : 0)
    }

    /// A page that is not full tells the number by itself.
    private func total(_ query: Query, _ found: Int) async throws -> Int {
        if let limit = query.limit, found < limit, found > 0 || query.skip == 0 { return query.skip + found }
        return try await center.runCounts.value(query.filter, in: projectID) {
            try await center.store.runs.count(query.filter)
        }
    }

    /// People who look at the same page, again and again, read it once. Long pages are not kept.
    private func runs(_ query: Query) async throws -> [ExperimentRun] {
        guard let limit = query.limit, limit <= Self.longestKept else {
            return try await center.store.runsInBrief(query, withCommands: false)
        }
        return try await center.runPages.value(query, in: projectID) {
            try await center.store.runsInBrief(query, withCommands: false)
        }
    }

    /// Newest first, where nobody says.
    private var sort: SortKey {
        let path: FieldPath = request.sort?.field == "NAME" ? "experiment_name" : "created_at"
        return request.sort?.ascending == true ? .ascending(path) : .descending(path)
    }

    private func filter() async throws -> Filter {
        var filter: Filter = .project(projectID)
        if let ids = try ids(request.experimentRunIDs, "experimentRunIDs") {
            filter = filter && one("experiment_run_id", of: ids)
        }
        if let ids = try ids(request.experimentIDs, "experimentIDs") {
            filter = filter && one("experiment_id", of: ids)
        }
        guard let wanted = request.filter else { return filter }
        if let name = try text(wanted.experimentName, "experimentName") {
            filter = filter && .search("experiment_name", name)
        }
        if let id = try text(wanted.infraID, "infraID") { filter = filter && .eq("infra_id", id) }
        if let id = try text(wanted.experimentRunID, "experimentRunID") {
            filter = filter && .eq("experiment_run_id", id)
        }
        for phases in [[wanted.experimentStatus], wanted.experimentRunStatus ?? []] {
            let names = try ids(phases, "experimentRunStatus") ?? []
            if !names.isEmpty, !names.contains("All") { filter = filter && one("phase", of: names) }
        }
        if let range = wanted.dateRange { filter = filter && (try range.filter(of: "created_at")) }
        return try await filter && schedules(wanted.experimentType)
    }

    /// Runs do not tell whether a schedule started them; their experiments do.
    private func schedules(_ type: String?) async throws -> Filter {
        guard let type, type != "ALL" else { return .all }
        let isSchedule: Filter = .eq("project_id", projectID) && .eq("experiment_type", "cronexperiment")
        let experiments = try await center.store.database.collection(named: center.store.experiments.name)
            .find(Query(isSchedule, without: ["revision", "commands"]))
        let isOfSchedule: Filter = .oneOf("experiment_id", experiments.compactMap { $0["experiment_id"]?.string })
        return type == "CRON" ? isOfSchedule : !isOfSchedule
    }

    /// Nil for none, which asks for all.
    private func ids(_ list: [String?]?, _ name: String) throws -> [String]? {
        let ids = (list ?? []).compactMap { $0 }.filter { !$0.isEmpty }
        guard ids.count <= Self.mostIDs else {
            throw CenterError.invalid("\(name): more than \(Self.mostIDs) are asked for at once")
        }
        return ids.isEmpty ? nil : ids
    }

    private func one(_ path: FieldPath, of values: [String]) -> Filter {
        // With a single value the index also gives the order.
        if values.count == 1, let value = values.first { return .eq(path, value) }
        return .oneOf(path, values)
    }

    private func text(_ text: String?, _ name: String) throws -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= Self.longestText else {
            throw CenterError.invalid("filter.\(name) is longer than \(Self.longestText) bytes")
        }
        return text
    }
}
