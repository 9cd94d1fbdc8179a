import AgentProtocol
import DocumentStore
import Foundation
import KubernetesAPI

/// Runs of experiments, from their start to their end.
struct RunService: Sendable {
    let center: ChaosCenter

    var store: CenterStore { center.store }
    var lifetime: Duration { center.settings.commandLifetime }

    /// Starts a run of an experiment (or sends its schedule to the cluster).
    /// - Parameter refusal: what is said when the infrastructure's agent is away.
    /// - Returns: the id that names the run before the agent has given it one; empty for a schedule.
    /// - Throws: `CenterError.unavailable` when the infrastructure's agent is away; what is wrong with the manifest or
    ///   its probes. Nothing is stored then.
    func start(
        _ experiment: StoredExperiment, by user: UserDetails,
        refusal: String = "experiment re-run failed due to inactive infra"
    ) async throws -> String {
        guard let infrastructure = try await store.infrastructure(experiment.infraID),
            infrastructure.projectID == experiment.projectID, isReachable(infrastructure)
        else { throw CenterError.unavailable(refusal) }
        guard let revision = experiment.latestRevision else {
            throw CenterError.invalid("experiment '\(experiment.name)' has no manifest; save one first")
        }
        // By its kind: of the same type are a ChaosEngine and a ChaosSchedule.
        let isSchedule = try ExperimentManifest(parsing: revision.manifest).kind.isSchedule
        let notifyID = isSchedule ? nil : UUID().uuidString.lowercased()
        let now = center.now()
        let object = try await RunPreparation(experiment, revision, notifyID: notifyID, now: now) { name in
            try await store.probes.first(.eq("name", name) && .project(experiment.projectID))
        }
        let command = AgentCommand(
            .create, for: experiment.infraID, now: now, lifetime: lifetime, manifest: object.manifest.description,
            namespace: object.namespace, username: user.username)
        if let notifyID {
            try await insert(notifyID, of: experiment, revision, object, command, by: user)
        } else {
            guard try await store.experiments.modify(Self.filter(experiment), { $0.addCommands([command]) }) != nil
            else {
                throw Self.noExperiment
            }
        }
        await center.agents.wake(experiment.infraID)
        return notifyID ?? ""
    }

    static let noExperiment = CenterError.notFound("no matching experiments")

    private static func filter(_ experiment: StoredExperiment) -> Filter {
        .eq("experiment_id", experiment.id) && .project(experiment.projectID)
    }

    /// Whether its agent is connected, or was a moment ago and can be expected to come back.
    func isReachable(_ infrastructure: ChaosInfrastructure) -> Bool {
        if infrastructure.isActive { return true }
        guard let last = infrastructure.lastSeenAt else { return false }
        return center.now() - last <= center.settings.reconnection.milliseconds
    }

    /// The number of a new run of an experiment. One that is not used leaves a gap.
    func nextSequence(_ experiment: StoredExperiment) async throws -> Int {
        let counted = try await store.experiments.update(
            Self.filter(experiment), Update().inc("total_experiment_runs"))
        guard let counted else { throw Self.noExperiment }
        return counted.totalRuns ?? 1
    }

    private func insert(
        _ notifyID: String, of experiment: StoredExperiment, _ revision: ExperimentRevision, _ object: RunPreparation,
        _ command: AgentCommand, by user: UserDetails
    ) async throws {
        let sequence = try await nextSequence(experiment)
        var run = ExperimentRun(
            new: experiment, revisionID: revision.id, sequence: sequence, now: command.createdAt, by: user)
        run.notifyID = notifyID
        run.executionData = RunReport(queued: experiment, revisionID: revision.id, notifyID: notifyID).text
        run.engineName = object.engineName
        run.probes = object.probes
        run.commands = [command]
        try await queue(run, of: experiment)
    }

    /// Stores a run. It and the command for its agent are one document: there is never one without the other.
    /// - Throws: `CenterError.notFound` when the experiment was deleted meanwhile, which has not taken this run along.
    func queue(_ run: ExperimentRun, of experiment: StoredExperiment) async throws {
        var run = run
        run.documentID = ObjectID()
        try await store.runs.insert(run)
        guard try await store.experiments.count(Self.filter(experiment)) == 0, let identity = run.identity else {
            return
        }
        let now = center.now()
        try await store.runs.modify(identity) { run in
            run.endCommands(.create, as: .expired, reason: "the experiment was deleted")
            run.end(as: .stopped, nil, now: now)
            run.isRemoved = true
        }
        throw Self.noExperiment
    }
}

extension ExperimentRun {
    /// A run that is queued.
    init(new experiment: StoredExperiment, revisionID: String, sequence: Int, now: Int64, by user: UserDetails?) {
        self.init(
            projectID: experiment.projectID, infraID: experiment.infraID, runID: "", experimentID: experiment.id,
            experimentName: experiment.name, phase: RunPhase.queued.rawValue, executionData: "{}",
            revisionID: revisionID, sequence: sequence, isCompleted: false, lastEventAt: now, createdAt: now,
            updatedAt: now, createdBy: user, updatedBy: user, isRemoved: false)
    }
}
