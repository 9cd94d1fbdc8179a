import DocumentStore
import GraphQL

/// What the fields of one response look up, gathered into as few queries as possible. Values are looked up by id alone;
/// whoever asks has the id from a document of the right project.
struct Loaders: Sendable {
    let infrastructures: BatchLoader<String, ChaosInfrastructure>
    let experiments: BatchLoader<String, StoredExperiment>
    /// By the id of the run's document.
    let executionData: BatchLoader<ObjectID, String>

    init(_ store: CenterStore) {
        infrastructures = BatchLoader { ids in
            let found = try await store.infrastructures.find(.oneOf("infra_id", ids))
            return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
        experiments = BatchLoader { ids in
            let found = try await store.experiments.find(.oneOf("experiment_id", ids))
            return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
        executionData = BatchLoader { try await store.executionData($0) }
    }
}
