import AgentProtocol
import DocumentStore
import Foundation
import KubernetesAPI

extension ExperimentService {
    /// How long the cluster may be away and still be told of a changed or deleted experiment: a pause is wanted also
    /// when the agent comes back after a weekend.
    static let commandLifetime: Duration = .seconds(30 * 24 * 3600)

    /// Pauses a schedule, or lets it go on.
    func setSuspended(_ isSuspended: Bool, _ id: String) async throws {
        _ = try await changeSchedule(of: id, isSuspended: isSuspended)
    }

    /// Tells the cluster what a schedule is now.
    func sendSchedule(of id: String) async throws -> StoredExperiment {
        try await changeSchedule(of: id, isSuspended: nil)
    }

    private func changeSchedule(of id: String, isSuspended: Bool?) async throws -> StoredExperiment {
        for _ in 0..<5 {
            guard let experiment = try await store.experiment(id, in: projectID) else { throw Self.noMatch }
            guard experiment.isCron, let latest = experiment.latestRevision else {
                throw CenterError.invalid("experiment '\(experiment.name)' is not run by a schedule")
            }
            let changed = try isSuspended.map { try suspended(latest, $0, of: experiment) }
            if let stored = try await send(changed ?? latest, of: experiment, isNew: changed != nil) {
                await center.agents.wake(stored.infraID)
                return stored
            }
        }
        throw CenterError.conflict("experiment \(id) is being changed by others; try again")
    }

    private func suspended(
        _ revision: ExperimentRevision, _ isSuspended: Bool, of experiment: StoredExperiment
    ) throws -> ExperimentRevision {
        var manifest = try ExperimentManifest(parsing: revision.manifest)
        var changed = revision
        changed.id = UUID().uuidString.lowercased()
        changed.updatedAt = center.now()
        manifest.object["spec", "suspend"] = .bool(isSuspended)
        manifest.setLabels(
            ExperimentLabels.of(
                manifest.kind, experimentID: experiment.id, infraID: experiment.infraID, revisionID: changed.id))
        changed.manifest = manifest.text
        return changed
    }

    /// Stores the command, and the revision with it when it is new.
    /// - Returns: nil when someone saved another revision meanwhile.
    private func send(
        _ revision: ExperimentRevision, of experiment: StoredExperiment, isNew: Bool
    ) async throws -> StoredExperiment? {
        let now = center.now()
        let isSuspended = try ExperimentManifest(parsing: revision.manifest).object["spec", "suspend"].bool ?? false
        let prepared = try await RunPreparation(
            experiment, revision, notifyID: nil, now: now, leavingOutMissingProbes: isSuspended, probe: probe)
        let command = AgentCommand(
            .update, for: experiment.infraID, now: now, lifetime: Self.commandLifetime,
            manifest: prepared.manifest.description, namespace: prepared.namespace, username: user.username)
        let read = experiment.latestRevision?.id
        do {
            return try await modify(.project(projectID) && .eq("experiment_id", experiment.id), name: experiment.name) {
                guard $0.latestRevision?.id == read else { throw RevisedMeanwhile() }
                if isNew { $0.append(revision) }
                $0.touch(now, by: user)
                $0.addCommands([command])
            }
        } catch is RevisedMeanwhile {
            return nil
        }
    }

    private struct RevisedMeanwhile: Error {}
}
