import DocumentStore
import Foundation

/// The collections of the Chaos Center, named and shaped as upstream's.
struct CenterStore: Sendable {
    let database: DocumentDatabase
    let environments: DocumentCollection<Environment>
    let infrastructures: DocumentCollection<ChaosInfrastructure>
    let experiments: DocumentCollection<StoredExperiment>
    let runs: DocumentCollection<ExperimentRun>
    let probes: DocumentCollection<StoredProbe>
    let auditEvents: DocumentCollection<AuditEvent>
    let imageRegistries: DocumentCollection<ImageRegistry>
    let hubs: DocumentCollection<StoredHub>
    let gitOps: DocumentCollection<StoredGitOps>
    let serverConfig: DocumentCollection<ServerSetting>

    /// Makes the collections that are missing.
    init(_ database: DocumentDatabase) async throws {
        self.database = database
        environments = try await database.collection(
            CollectionSchema(
                "environment",
                indexes: [
                    .unique("project_id", "environment_id", where: .present), .fields("project_id", "updated_at"),
                ]), of: Environment.self)
        infrastructures = try await database.collection(
            CollectionSchema(
                "chaosInfrastructures",
                indexes: [
                    .unique("infra_id"), .unique("project_id", "name", where: .present),
                    .fields("project_id", "updated_at"), Self.openCommands, Self.commandStates,
                ]), of: ChaosInfrastructure.self)
        experiments = try await database.collection(
            CollectionSchema(
                "chaosExperiments",
                indexes: [
                    .unique("experiment_id"), .unique("project_id", "name", where: .present),
                    .fields("project_id", "updated_at"), .fields("infra_id"), Self.openCommands,
                    Self.commandStates,
                ]), of: StoredExperiment.self)
        runs = try await database.collection(
            CollectionSchema(
                "chaosExperimentRuns",
                indexes: [
                    .fields("project_id", "is_removed", "created_at"),
                    .fields("project_id", "is_removed", "phase", "created_at"),
                    .fields("project_id", "is_removed", "experiment_name"),
                    .fields("experiment_id", "is_removed", "created_at"),
                    .fields("experiment_id", "project_id", "is_removed", "created_at"),
                    .fields("infra_id", "project_id", "is_removed", "created_at"),
                    // SQLite takes the index of which a query names the most fields: these before those by project.
                    .fields("experiment_run_id", "project_id", "is_removed", "created_at"),
                    .fields("notify_id", "project_id", "is_removed"),
                    // Queued runs have the empty id.
                    .unique(
                        "project_id", "experiment_run_id", name: "one_document_a_run",
                        where: .gt("experiment_run_id", "")),
                    .fields(
                        "experiment_id", "project_id", "is_removed", "completed", name: "open_runs",
                        where: .eq("completed", false)),
                    .fields("completed", "last_event_at"), .fields("ended_at"), Self.openCommands,
                    Self.commandStates,
                ]), of: ExperimentRun.self)
        probes = try await database.collection(
            CollectionSchema(
                "chaosProbes",
                indexes: [.unique("project_id", "name", where: .present), .fields("project_id", "updated_at")]),
            of: StoredProbe.self)
        auditEvents = try await database.collection(AuditLog.schema, of: AuditEvent.self)
        imageRegistries = try await database.collection(
            CollectionSchema("imageRegistry", indexes: [.unique("project_id")]), of: ImageRegistry.self)
        hubs = try await database.collection(
            CollectionSchema(
                "chaosHubs",
                indexes: [
                    .unique("hub_id"), .unique("project_id", "name", where: .present),
                    .fields("project_id", "created_at"),
                ]), of: StoredHub.self)
        gitOps = try await database.collection(
            CollectionSchema("gitops", indexes: [.unique("project_id")]), of: StoredGitOps.self)
        serverConfig = try await database.collection(
            CollectionSchema("serverConfig", indexes: [.unique("key")]), of: ServerSetting.self)
    }

    private static let openCommands = IndexDefinition.elements(of: "commands", "open_for", name: "open_commands")
    private static let commandStates = IndexDefinition.elements(of: "commands", "state", name: "command_states")

    /// One that is not removed.
    func infrastructure(_ id: String) async throws -> ChaosInfrastructure? {
        try await infrastructures.first(.eq("infra_id", id) && .present)
    }
}

extension Filter {
    /// Not removed.
    static let present: Filter = .eq("is_removed", false)

    /// Present things of one project.
    static func project(_ id: String) -> Filter { .eq("project_id", id) && .present }
}
