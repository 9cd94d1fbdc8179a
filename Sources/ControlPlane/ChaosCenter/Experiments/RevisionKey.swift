import DocumentStore

/// Names a revision of an experiment.
struct RevisionKey: Sendable, Hashable {
    let experimentID: String
    /// Nil for the latest.
    var revisionID: String?
}

extension CenterStore {
    /// All manifests of an experiment are in its document, which may be of many megabytes: no more than so many are
    /// held at a time.
    private static let experimentsAtOnce = 10

    /// Reads experiments without their commands, in no order.
    func eachExperiment(
        _ ids: some Sequence<String>, where filter: Filter = .all, _ body: (StoredExperiment) -> Void
    ) async throws {
        let ids = Array(Set(ids))
        for start in stride(from: 0, to: ids.count, by: Self.experimentsAtOnce) {
            let part = Array(ids[start..<min(start + Self.experimentsAtOnce, ids.count)])
            let query = Query(filter && .oneOf("experiment_id", part), without: ["commands"])
            for experiment in try await experiments.find(query) { body(experiment) }
        }
    }

    func revisions(_ keys: [RevisionKey]) async throws -> [RevisionKey: ExperimentRevision] {
        let keysOfExperiments = Dictionary(grouping: keys, by: \.experimentID)
        var found: [RevisionKey: ExperimentRevision] = [:]
        try await eachExperiment(keysOfExperiments.keys) { experiment in
            for key in keysOfExperiments[experiment.id] ?? [] {
                if let id = key.revisionID {
                    found[key] = experiment.revision(id)
                } else {
                    found[key] = experiment.latestRevision
                }
            }
        }
        return found
    }
}
