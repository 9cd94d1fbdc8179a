import DocumentStore
import GraphQL

/// How resilient a project's experiments have shown themselves.
struct ResilienceStatistics: Sendable, GraphQLOutput {
    /// Experiments whose average score is in a range.
    struct Bucket: Sendable, Hashable, GraphQLOutput {
        /// Where the range begins: 0, 40, 80; 101 for experiments without a score.
        var id: Int
        var count: Int
    }

    var total: Int
    /// Only those that are not empty.
    var buckets: [Bucket]

    init(of projectID: String, in store: CenterStore) async throws {
        total = try await store.experiments.count(.project(projectID))
        let groups = try await store.runs.groups(
            Grouping(by: ["experiment_id"], measures: [.average("resiliency_score")]),
            where: .project(projectID) && .eq("completed", true))
        var counts: [Int: Int] = [:]
        for case let score? in groups.map({ $0.values.first?.double }) {
            counts[Self.bucket(of: score), default: 0] += 1
        }
        let scored = counts.values.reduce(0, +)
        if total > scored { counts[101, default: 0] += total - scored }
        buckets = counts.sorted { $0.key < $1.key }.map { Bucket(id: $0.key, count: $0.value) }
    }

    private static func bucket(of score: Double) -> Int {
        switch score {
        case ..<40: 0
        case ..<80: 40
        case ..<101: 80
        default: 101
        }
    }

    /// The mean score of the completed runs of an experiment; nil without any.
    static func average(of experimentID: String, in projectID: String, _ store: CenterStore) async throws -> Double? {
        let groups = try await store.runs.groups(
            Grouping(by: [], measures: [.average("resiliency_score")]),
            where: .project(projectID) && .eq("experiment_id", experimentID) && .eq("completed", true))
        return groups.first?.values.first?.double
    }
}
