import DocumentStore
import GraphQL

/// A run as the list of experiments shows it.
struct RecentRun: Codable, Sendable, AuditedRecord, GraphQLOutput {
    /// So many of each experiment are shown.
    static let shown = 10

    var runID: String
    var phase: String
    var resiliencyScore: Double?
    var sequence: Int
    var createdAt: Int64
    var updatedAt: Int64
    var createdBy: UserDetails?
    var updatedBy: UserDetails?
    var isRemoved: Bool
    private var experimentID: String

    enum CodingKeys: String, CodingKey {
        case runID = "experiment_run_id"
        case phase
        case resiliencyScore = "resiliency_score"
        case sequence = "run_sequence"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
        case experimentID = "experiment_id"
    }

    /// Runs of several experiments at once are read as long as they are no more than so many; else each experiment's
    /// newest.
    private static let readAtOnce = 2000

    /// The newest runs of each experiment, newest first.
    static func newest(of experimentIDs: [String], in store: CenterStore) async throws -> [String: [RecentRun]] {
        let filter = Filter.present && .oneOf("experiment_id", experimentIDs)
        if try await store.runs.count(filter) <= readAtOnce {
            return Dictionary(grouping: try await find(Query(filter), in: store), by: \.experimentID)
                .mapValues { Array($0.prefix(shown)) }
        }
        var runs: [String: [RecentRun]] = [:]
        for id in experimentIDs {
            runs[id] = try await find(Query(.present && .eq("experiment_id", id), limit: shown), in: store)
        }
        return runs
    }

    private static func find(_ query: Query, in store: CenterStore) async throws -> [RecentRun] {
        var query = query
        query.sort = [.descending("created_at")]
        query.without = ["execution_data", "commands", "probes"]
        let documents: DocumentCollection<DocumentStore.Document> = try store.database.collection(
            named: store.runs.name)
        return try await documents.find(query).map { try DocumentDecoder().decode(RecentRun.self, from: $0) }
    }
}
