/// An experiment with its revisions, as it is stored in `chaosExperiments`.
struct StoredExperiment: Codable, Sendable, Hashable, AuditedRecord {
    var id: String
    var name: String
    var description: String?
    var tags: [String]?
    var projectID: String
    var cronSyntax: String?
    var infraID: String
    /// `experiment`, `cronexperiment` or `chaosengine`.
    var type: String
    var revisions: [ExperimentRevision]
    var isCustom: Bool?
    /// Also the sequence number of the newest run.
    var totalRuns: Int?
    /// Open and recent commands about the experiment as a whole, such as those for a cron workflow.
    var commands: [AgentCommand]?
    var createdAt: Int64
    var updatedAt: Int64
    var createdBy: UserDetails?
    var updatedBy: UserDetails?
    var isRemoved: Bool

    enum CodingKeys: String, CodingKey {
        case id = "experiment_id"
        case name, description, tags, commands
        case projectID = "project_id"
        case cronSyntax = "cron_syntax"
        case infraID = "infra_id"
        case type = "experiment_type"
        case revisions = "revision"
        case isCustom = "is_custom_experiment"
        case totalRuns = "total_experiment_runs"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
    }

    /// The one that was saved last.
    var latestRevision: ExperimentRevision? { revisions.max { $0.updatedAt < $1.updatedAt } }

    func revision(_ id: String) -> ExperimentRevision? { revisions.first { $0.id == id } }
}

/// A manifest as it was saved once.
struct ExperimentRevision: Codable, Sendable, Hashable {
    var id: String
    /// JSON.
    var manifest: String
    /// Milliseconds since 1970.
    var updatedAt: Int64
    var weightages: [FaultWeightage]?
    var probes: [FaultProbes]?

    enum CodingKeys: String, CodingKey {
        case id = "revision_id"
        case manifest = "experiment_manifest"
        case updatedAt = "updated_at"
        case weightages, probes
    }
}

/// How much a fault counts in the resilience score.
struct FaultWeightage: Codable, Sendable, Hashable {
    var faultName: String
    var weightage: Int

    enum CodingKeys: String, CodingKey {
        case faultName = "fault_name"
        case weightage
    }
}

/// The probes that a fault refers to.
struct FaultProbes: Codable, Sendable, Hashable {
    var faultName: String
    var probeNames: [String]

    enum CodingKeys: String, CodingKey {
        case faultName = "fault_name"
        case probeNames = "probe_names"
    }
}
