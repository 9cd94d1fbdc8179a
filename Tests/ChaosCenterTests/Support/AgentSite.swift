import AgentProtocol
import ControlPlaneTesting
import DocumentStore

@testable import ChaosCenter

/// A registered infrastructure, and the documents that its commands are about.
struct AgentSite: Sendable {
    let world: CenterServer
    let infrastructure: ChaosInfrastructure
    var duty: AgentDuty { AgentDuty(center: world.center) }

    init(_ world: CenterServer, id: String = "4f6c3a7e-0000-4000-8000-000000000001") async throws {
        self.world = world
        infrastructure = .sample(id: id, project: world.projectID)
        try await world.center.store.infrastructures.insert(infrastructure)
    }

    func connect(as dialect: ScriptedAgent.Dialect = .acknowledging) async throws -> ScriptedAgent {
        try await .connect(to: world, infrastructure, as: dialect)
    }

    var isActive: Bool {
        get async throws { try await world.center.store.infrastructure(infrastructure.id)?.isActive ?? false }
    }

    // MARK: Commands

    /// A new command in a document of its own (that of the infrastructure is changed), of which the agent is told.
    func command(
        _ type: ActionType, manifest: String? = nil, externalData: String? = nil, namespace: String? = nil,
        username: String? = nil, in collection: AgentOutbox.Collection = .runs
    ) async throws -> AgentCommand {
        let command = AgentCommand(
            type, for: infrastructure.id, now: world.center.now(), lifetime: world.center.settings.commandLifetime,
            manifest: manifest, externalData: externalData, namespace: namespace, username: username)
        switch collection {
        case .runs: try await world.center.store.runs.insert(run([command]))
        case .experiments: try await world.center.store.experiments.insert(experiment([command]))
        case .infrastructures:
            try await world.center.store.infrastructures.update(
                .eq("infra_id", infrastructure.id), Update().push("commands", encoding: command))
        }
        await world.center.agents.wake(infrastructure.id)
        return command
    }

    /// Commands in runs, of which nobody is told.
    func commands(_ count: Int) async throws -> [AgentCommand] {
        let commands = (0..<count).map { _ in
            AgentCommand(
                .create, for: infrastructure.id, now: world.center.now(),
                lifetime: world.center.settings.commandLifetime, manifest: "{}")
        }
        // Not in the order in which they are to come.
        try await world.center.store.runs.insert(contentsOf: commands.shuffled().map { run([$0]) })
        return commands
    }

    func stored(_ command: AgentCommand) async throws -> AgentCommand {
        let filter: Filter = .any("commands", .eq("id", command.id))
        let store = world.center.store
        var all = try await store.runs.find(filter).flatMap { $0.commands ?? [] }
        all += try await store.experiments.find(filter).flatMap { $0.commands ?? [] }
        all += try await store.infrastructures.find(filter).flatMap { $0.commands ?? [] }
        guard let found = all.first(where: { $0.id == command.id }) else { throw UnexpectedAnswer("no such command") }
        return found
    }

    func run(_ commands: [AgentCommand] = [], id: String = "") -> ExperimentRun {
        ExperimentRun(
            projectID: infrastructure.projectID, infraID: infrastructure.id, runID: id, experimentID: "experiment",
            experimentName: "sample", phase: "Queued", executionData: "{}", revisionID: "revision",
            notifyID: ObjectID().description, sequence: 1, isCompleted: false, commands: commands,
            createdAt: world.center.now(), updatedAt: world.center.now(), isRemoved: false)
    }

    private func experiment(_ commands: [AgentCommand]) -> StoredExperiment {
        StoredExperiment(
            id: ObjectID().description, name: ObjectID().description, projectID: infrastructure.projectID,
            infraID: infrastructure.id, type: "cronexperiment", revisions: [], commands: commands,
            createdAt: world.center.now(), updatedAt: world.center.now(), isRemoved: false)
    }
}
