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
        _ ids: some Sequence<String>, where filter: Filter = .all, _ body: (StoredExperiment) throws -> Void
    ) async throws {
        let ids = Array(Set(ids))
        for start in stride(from: 0, to: ids.count, by: Self.experimentsAtOnce) {
            let part = Array(ids[start..<min(start + Self.experimentsAtOnce, ids.count)])
            let query = Query(filter && .oneOf("experiment_id", part), without: ["commands"])
            for experiment in try await experiments.find(query) { try body(experiment) }
        }
    }

    /// - Parameter budget: pays for the manifests that are returned.
    func revisions(
        _ keys: [RevisionKey], _ budget: ReadingBudget
    ) async throws -> [RevisionKey: ExperimentRevision] {
        let keysOfExperiments = Dictionary(grouping: keys, by: \.experimentID)
        var found: [RevisionKey: ExperimentRevision] = [:]
        try await eachExperiment(keysOfExperiments.keys) { experiment in
            for key in keysOfExperiments[experiment.id] ?? [] {
                let revision = key.revisionID.map { experiment.revision($0) } ?? experiment.latestRevision
                guard let revision else { continue }
                try budget.take(revision.manifest.utf8.count)
                found[key] = revision
            }
        }
        return found
    }

    /// The types of experiments by their ids, without reading what is long.
    func experimentTypes(_ ids: [String]) async throws -> [String: String] {
        let query = Query(.oneOf("experiment_id", ids), without: ["revision", "commands"])
        let documents = try await database.collection(named: experiments.name).find(query)
        return documents.reduce(into: [:]) { types, document in
            guard let id = document["experiment_id"]?.string else { return }
            types[id] = document["experiment_type"]?.string
        }
    }
}
