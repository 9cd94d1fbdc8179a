import DocumentStore
import GraphQL

/// `GetInfraStatsResponse`.
struct InfraStats: GraphQLOutput {
    var total = 0
    var active = 0
    var confirmed = 0
}

/// What the runs of an infrastructure come to.
struct InfraRunFigures: Sendable {
    var count: Int
    /// Milliseconds since 1970: when the newest began.
    var latest: Int64?
}

extension InfrastructureService {
    func page(of project: String, _ request: ListInfraRequest?) async throws -> Page<ChaosInfrastructure> {
        let filter = try request?.filter(in: project) ?? .project(project)
        let query = Query(filter, sort: [.descending("updated_at")], without: ["commands"])
        return try await center.store.infrastructures.page(try Pagination.apply(request?.pagination, to: query))
    }

    func stats(of project: String) async throws -> InfraStats {
        let groups = try await center.store.infrastructures.groups(
            Grouping(by: ["is_active", "is_infra_confirmed"]), where: .project(project))
        var stats = InfraStats()
        for group in groups {
            stats.total += group.count
            if group.key.first == .bool(true) { stats.active += group.count }
            if group.key.last == .bool(true) { stats.confirmed += group.count }
        }
        return stats
    }
}

extension CenterStore {
    /// How many experiments each of the infrastructures has.
    func experimentCounts(_ infraIDs: [String]) async throws -> [String: Int] {
        let groups = try await experiments.groups(
            Grouping(by: ["infra_id"]), where: .oneOf("infra_id", infraIDs) && .present)
        return Self.byKey(groups) { $0.count }
    }

    func runFigures(_ infraIDs: [String]) async throws -> [String: InfraRunFigures] {
        let groups = try await runs.groups(
            Grouping(by: ["infra_id"], measures: [.count, .maximum("created_at")]),
            where: .oneOf("infra_id", infraIDs) && .present)
        return Self.byKey(groups) { InfraRunFigures(count: $0.count, latest: $0.values.last?.int) }
    }

    private static func byKey<Value>(
        _ groups: [Grouping.Group], _ value: (Grouping.Group) -> Value
    ) -> [String: Value] {
        let pairs = groups.compactMap { group in group.key.first?.string.map { ($0, value(group)) } }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
