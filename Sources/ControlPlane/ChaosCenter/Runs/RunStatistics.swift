import DocumentStore
import GraphQL

/// How many runs of a project came to which end.
struct RunStatistics: Sendable, GraphQLOutput {
    private var counts: [RunPhase: Int] = [:]

    init(of projectID: String, in store: CenterStore) async throws {
        for group in try await store.runs.groups(Grouping(by: ["phase"]), where: .project(projectID)) {
            let phase = group.key.first?.string.flatMap(RunPhase.init) ?? .notAvailable
            counts[phase, default: 0] += group.count
        }
    }

    var total: Int { counts.values.reduce(0, +) }
    /// Those whose faults ended, however.
    var completed: Int { count(.completed, .completedWithError, .completedWithProbeFailure) }
    /// Those that something else than their faults ended.
    var terminated: Int { count(.terminated, .timeout) }
    var running: Int { count(.running, .pending) }
    var stopped: Int { count(.stopped) }
    var errored: Int { count(.error) }

    private func count(_ phases: RunPhase...) -> Int { phases.reduce(0) { $0 + (counts[$1] ?? 0) } }
}
