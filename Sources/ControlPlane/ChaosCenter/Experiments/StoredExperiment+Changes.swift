import AgentProtocol
import KubernetesAPI

extension StoredExperiment {
    /// Bytes of all manifests of an experiment. A document has 16 MiB at most, so older revisions go when more is
    /// saved; runs of theirs then show no manifest.
    static let revisionsSize = 10 << 20

    var isCron: Bool { type == ExperimentManifest.Kind.cronWorkflow.experimentType }

    /// Infrastructures that have commands to take.
    var infrasToWake: Set<String> { Set((commands ?? []).compactMap(\.openFor)) }

    init(
        _ draft: ExperimentDraft, _ revised: RevisedManifest, projectID: String, now: Int64, by user: UserDetails
    ) {
        self.init(
            id: draft.id, name: draft.name, description: draft.description, tags: draft.tags, projectID: projectID,
            cronSyntax: revised.schedule ?? "", infraID: draft.infraID, type: revised.kind.experimentType,
            revisions: [revised.revision], isCustom: draft.isCustom ?? false, totalRuns: 0, createdAt: now,
            updatedAt: now, createdBy: user, updatedBy: user, isRemoved: false)
    }

    /// Takes a new revision. One that was removed begins anew: its runs were removed with it.
    mutating func revise(
        _ draft: ExperimentDraft, _ revised: RevisedManifest, now: Int64, lifetime: Duration, by user: UserDetails
    ) {
        if isRemoved {
            let commands = commands
            self = StoredExperiment(draft, revised, projectID: projectID, now: now, by: user)
            self.commands = commands
            return
        }
        if infraID != draft.infraID || name != draft.name || type != revised.kind.experimentType {
            // What the cluster runs by itself under the old name, or on the old infrastructure, would go on.
            addCommands(scheduleWithdrawal(now: now, lifetime: lifetime, username: user.username))
        }
        name = draft.name
        description = draft.description
        tags = draft.tags ?? tags
        infraID = draft.infraID
        type = revised.kind.experimentType
        cronSyntax = revised.schedule ?? ""
        isCustom = draft.isCustom ?? isCustom
        touch(now, by: user)
        append(revised.revision)
    }

    mutating func touch(_ now: Int64, by user: UserDetails) {
        updatedAt = now
        updatedBy = user
    }

    /// The newest one is the one with the latest time, whatever clocks say.
    mutating func append(_ revision: ExperimentRevision) {
        var revision = revision
        if let latest = latestRevision { revision.updatedAt = max(revision.updatedAt, latest.updatedAt + 1) }
        revisions.append(revision)
        var size = revisions.reduce(0) { $0 + $1.manifest.utf8.count }
        while size > Self.revisionsSize, revisions.count > 1,
            let oldest = revisions.indices.min(by: { revisions[$0].updatedAt < revisions[$1].updatedAt })
        {
            size -= revisions[oldest].manifest.utf8.count
            revisions.remove(at: oldest)
        }
    }

    // MARK: Commands

    /// Adds commands. Open updates of the same object are not to be done any more, and closed ones are forgotten in
    /// time.
    mutating func addCommands(_ added: [AgentCommand]) {
        var commands = commands ?? []
        let replaced = added.contains { $0.type == .update || $0.type == .delete || $0.type == .deleteExperiment }
        for index in commands.indices where replaced && commands[index].type == .update {
            guard commands[index].openFor != nil else { continue }
            commands[index].end(as: .expired, reason: "replaced by a later change")
        }
        let closed = commands.filter { $0.openFor == nil }.suffix(20)
        self.commands = Array(closed) + commands.filter { $0.openFor != nil } + added
    }

    private var latestManifest: ExperimentManifest? {
        latestRevision.flatMap { try? ExperimentManifest(parsing: $0.manifest) }
    }

    /// Takes out of the cluster what runs the experiment by itself; nothing for one without a schedule.
    func scheduleWithdrawal(now: Int64, lifetime: Duration, username: String) -> [AgentCommand] {
        guard let kind = latestManifest?.kind, kind == .cronWorkflow || kind == .chaosSchedule else { return [] }
        return [deletion(of: kind, now: now, lifetime: lifetime, username: username)]
    }

    /// Deletes objects by the label of the experiment, so that it does not matter what they are called.
    func deletion(
        of kind: ExperimentManifest.Kind, now: Int64, lifetime: Duration, username: String
    ) -> AgentCommand {
        let namespace = latestManifest?.namespace
        var object = ExperimentManifest.selector(kind, experimentID: id)
        if let namespace { object["metadata", "namespace"] = .string(namespace) }
        return AgentCommand(
            .delete, for: infraID, now: now, lifetime: lifetime, manifest: object.description, namespace: namespace,
            username: username)
    }
}
