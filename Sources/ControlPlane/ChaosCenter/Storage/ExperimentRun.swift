import DocumentStore

/// A run of an experiment, as it is stored in `chaosExperimentRuns`.
struct ExperimentRun: Codable, Sendable, Hashable, AuditedRecord {
    /// Names the document: a run has no id before its agent gives it one. Nil until it is stored.
    var documentID: ObjectID?
    var projectID: String
    var infraID: String
    /// The UID of the Workflow or ChaosEngine; empty until the agent's first event.
    var runID: String
    var experimentID: String
    var experimentName: String
    var phase: String
    var probes: [FaultProbes]?
    /// JSON with sorted keys, as the agent sent it.
    var executionData: String
    var revisionID: String
    /// Names the run before it has an id.
    var notifyID: String?
    /// Of a ChaosEngine without a Workflow: its name in the cluster. Upstream's agents tell nothing else of its run.
    var engineName: String?
    var resiliencyScore: Double?
    var faultsPassed: Int?
    var faultsFailed: Int?
    var faultsAwaited: Int?
    var faultsStopped: Int?
    var faultsNA: Int?
    var totalFaults: Int?
    var sequence: Int
    var isCompleted: Bool
    /// Milliseconds since 1970: when it came to its end; of those that ended with this program.
    var endedAt: Int64?
    /// The number of the last event that was taken; events with a lower one are old.
    var eventSequence: Int?
    /// Milliseconds since 1970: when the agent was last heard about this run.
    var lastEventAt: Int64?
    /// What the agent is told to do with the run: the outbox is a query over these.
    var commands: [AgentCommand]?
    var createdAt: Int64
    var updatedAt: Int64
    var createdBy: UserDetails?
    var updatedBy: UserDetails?
    var isRemoved: Bool

    enum CodingKeys: String, CodingKey {
        case documentID = "_id"
        case projectID = "project_id"
        case infraID = "infra_id"
        case runID = "experiment_run_id"
        case experimentID = "experiment_id"
        case experimentName = "experiment_name"
        case phase, probes, commands
        case executionData = "execution_data"
        case revisionID = "revision_id"
        case notifyID = "notify_id"
        case engineName = "engine_name"
        case resiliencyScore = "resiliency_score"
        case faultsPassed = "faults_passed"
        case faultsFailed = "faults_failed"
        case faultsAwaited = "faults_awaited"
        case faultsStopped = "faults_stopped"
        case faultsNA = "faults_na"
        case totalFaults = "total_faults"
        case sequence = "run_sequence"
        case isCompleted = "completed"
        case endedAt = "ended_at"
        case eventSequence = "event_sequence"
        case lastEventAt = "last_event_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
    }
}
