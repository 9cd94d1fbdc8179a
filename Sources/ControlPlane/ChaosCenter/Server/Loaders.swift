import Authentication
import DocumentStore
import GraphQL

/// What the fields of one response look up, gathered into as few queries as possible. Values are looked up by id alone;
/// whoever asks has the id from a document of the right project.
struct Loaders: Sendable {
    let infrastructures: BatchLoader<String, ChaosInfrastructure>
    /// Of an experiment's id.
    let experimentTypes: BatchLoader<String, String>
    let revisions: BatchLoader<RevisionKey, ExperimentRevision>
    /// By the experiment.
    let recentRuns: BatchLoader<String, [RecentRun]>
    /// Of an infrastructure's id.
    let infraExperimentCounts: BatchLoader<String, Int>
    let infraRunFigures: BatchLoader<String, InfraRunFigures>
    let roles: BatchLoader<ProjectMember, ProjectRole>
    let environmentInfrastructures: BatchLoader<EnvironmentKey, [String]>
    let newestRuns: NewestRuns
    let probeExecutions: BatchLoader<ProbeKey, [ProbeExecution]>
    /// By the id of the run's document.
    let executionData: BatchLoader<ObjectID, String>

    /// Of everything long that the request reads.
    let budget: ReadingBudget

    init(
        _ store: CenterStore, _ authentication: AuthenticationServer, budget: ReadingBudget = ReadingBudget()
    ) {
        self.budget = budget
        infraExperimentCounts = BatchLoader { try await store.experimentCounts($0) }
        infraRunFigures = BatchLoader { try await store.runFigures($0) }
        roles = BatchLoader { members in
            var roles: [ProjectMember: ProjectRole] = [:]
            // One for each project, and nearly always the same one.
            for member in members {
                roles[member] = try await authentication.role(of: member.userID, in: member.projectID)
            }
            return roles
        }
        infrastructures = BatchLoader { ids in
            let found = try await store.infrastructures.find(.oneOf("infra_id", ids))
            return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
        experimentTypes = BatchLoader { try await store.experimentTypes($0) }
        revisions = BatchLoader { try await store.revisions($0, budget) }
        recentRuns = BatchLoader { ids in try await RecentRun.newest(of: ids, in: store) }
        environmentInfrastructures = BatchLoader { try await store.infrastructures(of: $0) }
        let newestRuns = NewestRuns(ProbeRunReader(store: store))
        self.newestRuns = newestRuns
        probeExecutions = BatchLoader { try await ProbeHistory(store: store).recent($0, newestRuns) }
        executionData = BatchLoader { try await store.executionData($0, budget) }
    }
}
