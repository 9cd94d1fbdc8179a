import DocumentStore

/// Names a revision of an experiment.
struct RevisionKey: Hashable, Sendable {
    var experimentID: String
    /// Nil for the one that was saved last.
    var revisionID: String?
}

extension CenterStore {
    /// Experiments whose revisions are held at a time: those of one can have `StoredExperiment.revisionsSize` bytes.
    private static let revisedAtOnce = 5

    /// The types of experiments by their ids, without reading what is long.
    func experimentTypes(_ ids: [String]) async throws -> [String: String] {
        let query = Query(.oneOf("experiment_id", ids), without: ["revision", "commands"])
        let documents = try await database.collection(named: experiments.name).find(query)
        return documents.reduce(into: [:]) { types, document in
            guard let id = document["experiment_id"]?.string else { return }
            types[id] = document["experiment_type"]?.string
        }
    }

    /// - Parameter budget: pays for the manifests that are returned.
    func revisions(
        _ keys: [RevisionKey], _ budget: ReadingBudget
    ) async throws -> [RevisionKey: ExperimentRevision] {
        let wanted = Dictionary(grouping: keys, by: \.experimentID)
        let ids = wanted.keys.sorted()
        var revisions: [RevisionKey: ExperimentRevision] = [:]
        for start in stride(from: 0, to: ids.count, by: Self.revisedAtOnce) {
            let part = Array(ids[start..<min(start + Self.revisedAtOnce, ids.count)])
            let query = Query(.oneOf("experiment_id", part), without: ["commands"])
            for experiment in try await experiments.find(query) {
                for key in wanted[experiment.id] ?? [] {
                    let revision = key.revisionID.map { experiment.revision($0) } ?? experiment.latestRevision
                    guard let revision else { continue }
                    try budget.take(revision.manifest.utf8.count)
                    revisions[key] = revision
                }
            }
        }
        return revisions
    }
}
