import DocumentStore
import Foundation
import KubernetesAPI

/// Experiments of projects: saving, scheduling and deleting them.
struct ExperimentService: Sendable {
    static let noMatch = CenterError.notFound("no matching experiments")

    let center: ChaosCenter
    let projectID: String
    let user: UserDetails

    var store: CenterStore { center.store }

    /// An experiment that was stored.
    struct Saved: Sendable {
        var experiment: StoredExperiment
        var isNew: Bool
    }

    // MARK: Saving

    /// Makes the experiment, or adds a revision to it.
    func save(_ draft: ExperimentDraft) async throws -> Saved {
        try draft.check()
        // Another request may make or delete it meanwhile.
        for _ in 0..<5 {
            if let saved = try await saveOnce(draft) {
                for infraID in saved.experiment.infrasToWake { await center.agents.wake(infraID) }
                return saved
            }
        }
        throw CenterError.conflict("experiment \(draft.id) is being changed by others; try again")
    }

    private func saveOnce(_ draft: ExperimentDraft) async throws -> Saved? {
        let standing = try await standing(of: draft.id)
        try await checkName(draft)
        let revised = try await revised(draft, standing)
        guard let standing else {
            let made = StoredExperiment(
                draft, revised, projectID: projectID, now: center.now(), by: user)
            return try await isInserted(made) ? Saved(experiment: made, isNew: true) : nil
        }
        let isRevival = standing.isRemoved
        let now = center.now()
        let lifetime = Self.commandLifetime
        let changed = try await modify(
            .eq("experiment_id", draft.id) && .eq("project_id", projectID) && .eq("is_removed", isRevival),
            name: draft.name
        ) { experiment in
            experiment.revise(draft, revised, now: now, lifetime: lifetime, by: user)
        }
        return changed.map { Saved(experiment: $0, isNew: isRevival) }
    }

    /// Makes an experiment that must not be there yet.
    func create(_ draft: ExperimentDraft) async throws -> StoredExperiment {
        try draft.check()
        if let standing = try await standing(of: draft.id), !standing.isRemoved {
            throw CenterError.conflict("an experiment with the ID \(draft.id) exists: \(standing.name)")
        }
        return try await save(draft).experiment
    }

    /// Adds a revision to an experiment that must be there. The cluster is told of a changed schedule.
    func update(_ draft: ExperimentDraft) async throws -> StoredExperiment {
        try draft.check()
        guard let before = try await store.experiment(draft.id, in: projectID) else { throw Self.noMatch }
        // What cannot be sent is not stored either.
        if before.isCron { try await checkProbes(of: draft) }
        let saved = try await save(draft).experiment
        let isSameSchedule =
            before.type == saved.type && before.infraID == saved.infraID && before.name == saved.name
        guard saved.isCron, isSameSchedule else { return saved }
        return try await sendSchedule(of: saved.id)
    }

    private func checkProbes(of draft: ExperimentDraft) async throws {
        for fault in try ExperimentManifest(parsing: draft.manifest).faults() {
            for reference in try fault.probeReferences() where try await probe(reference.name) == nil {
                throw CenterError.missingProbe(reference.name, of: fault.name)
            }
        }
    }

    @Sendable func probe(_ name: String) async throws -> StoredProbe? {
        try await store.probes.first(.project(projectID) && .eq("name", name))
    }

    /// For what is to be run at once.
    /// - Throws: `CenterError.unavailable` when the agent of the infrastructure is away.
    func checkIsReachable(_ infraID: String) async throws {
        guard
            let infrastructure = try await store.infrastructures.first(.project(projectID) && .eq("infra_id", infraID))
        else { return }
        guard center.runs.isReachable(infrastructure) else {
            throw CenterError.unavailable("experiment scheduling failed due to inactive infra")
        }
    }

    /// What has this id: also one that was removed, whose id can be used again.
    /// - Throws: `CenterError.conflict` when another project has it.
    private func standing(of id: String) async throws -> StoredExperiment? {
        guard let found = try await store.experimentHeads(Query(.eq("experiment_id", id), limit: 1)).first else {
            return nil
        }
        guard found.projectID == projectID else {
            throw CenterError.conflict("the experiment ID \(id) cannot be used; choose another one")
        }
        return found
    }

    private func checkName(_ draft: ExperimentDraft) async throws {
        let filter = Filter.project(projectID) && .eq("name", draft.name) && .ne("experiment_id", draft.id)
        guard try await store.experiments.count(filter) == 0 else { throw Self.duplicate(draft.name) }
    }

    private static func duplicate(_ name: String) -> CenterError {
        .conflict("experiment name should be unique, duplicate experiment found with name: \(name)")
    }

    /// The manifest of a draft as a revision. Its probes are made.
    private func revised(_ draft: ExperimentDraft, _ standing: StoredExperiment?) async throws -> RevisedManifest {
        // Ids of other projects are not to be found out: the words are those for both cases.
        guard try await store.infrastructures.first(.project(projectID) && .eq("infra_id", draft.infraID)) != nil else {
            throw CenterError.notFound(
                "ProjectID doesn't match with the chaos_infra identifiers: mongo: no documents in result: "
                    + "there is no infrastructure '\(draft.infraID.prefix(100))' in this project")
        }
        var manifest = try ExperimentManifest(parsing: draft.manifest)
        if manifest.kind == .cronWorkflow { try manifest.setSchedule(draft.schedule) }
        let revisionID = UUID().uuidString.lowercased()
        let admission = ManifestAdmission(
            experimentID: draft.id, infraID: draft.infraID, revisionID: revisionID, weights: draft.weights)
        let probes = inlineProbes
        let admitted = try await admission.admit(manifest, named: draft.name, adopt: probes.adopt)
        return RevisedManifest(
            kind: manifest.kind, schedule: manifest.schedule,
            revision: ExperimentRevision(
                id: revisionID, manifest: admitted.manifest.text, updatedAt: center.now(),
                weightages: admitted.weightages, probes: admitted.probes))
    }

    private var inlineProbes: InlineProbes {
        InlineProbes(store: store, projectID: projectID) { [center, projectID, user] probe, name in
            try? StoredProbe(inline: probe, name: name, projectID: projectID, now: center.now(), by: user)
        }
    }

    // MARK: Storing

    /// - Returns: false when the id was taken meanwhile.
    private func isInserted(_ experiment: StoredExperiment) async throws -> Bool {
        switch try await conflict(inserting: experiment) {
        case nil: true
        case .some(let index) where index.contains("name"): throw Self.duplicate(experiment.name)
        case .some: false
        }
    }

    /// The unique index that another document stands in.
    private func conflict(inserting experiment: StoredExperiment) async throws(DocumentStoreError) -> String? {
        do {
            try await store.experiments.insert(experiment)
            return nil
        } catch .duplicate(_, let index) {
            return index
        }
    }

    func modify(
        _ filter: Filter, name: String, _ body: (inout StoredExperiment) throws -> Void
    ) async throws -> StoredExperiment? {
        do {
            return try await store.experiments.modify(filter, body)
        } catch let error as DocumentStoreError {
            if case .duplicate = error { throw Self.duplicate(name) }
            throw error
        }
    }
}

/// A manifest that passed, as a revision.
struct RevisedManifest: Sendable {
    var kind: ExperimentManifest.Kind
    var schedule: String?
    var revision: ExperimentRevision
}

extension ExperimentManifest {
    /// - Parameter schedule: where the manifest has none.
    fileprivate mutating func setSchedule(_ schedule: String?) throws {
        if self.schedule == nil, let schedule { object["spec", "schedule"] = .string(schedule) }
        guard let schedule = self.schedule, !schedule.isEmpty, schedule.utf8.count <= 500 else {
            throw CenterError.invalid("the CronWorkflow needs a schedule, such as spec.schedule: \"0 * * * *\"")
        }
        guard let name, name.utf8.count <= KubernetesNames.longestCron else {
            throw CenterError.invalid(
                "the name of a CronWorkflow has at most \(KubernetesNames.longestCron) characters: Argo adds the time "
                    + "to it")
        }
    }
}
