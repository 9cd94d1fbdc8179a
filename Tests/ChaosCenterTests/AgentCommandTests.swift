import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import GraphQL
import Testing

@testable import ChaosCenter

/// Commands on their way to agents.
@Suite(.timeLimit(.minutes(2))) struct AgentCommandTests {
    @Test(arguments: Engine.allCases)
    func `a connected agent gets a command, and not again when it has acknowledged it`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            #expect(try await site.isActive)
            let command = try await site.command(
                .create, manifest: "kind: Workflow", namespace: "litmus", username: "owner")
            let action = try await agent.nextAction()
            #expect(action == command.action)
            #expect(action.requestType == "create")
            #expect(action.username == "owner")
            #expect(try await site.stored(command).state == .open)

            #expect(try await agent.acknowledge(action)["acknowledgeInfraActions"].flag == true)
            let stored = try await site.stored(command)
            #expect(stored.state == .done)
            #expect(stored.openFor == nil)
            #expect(stored.attempts == 1)
            #expect(stored.sentAt == world.center.now())

            try await agent.disconnect()
            let again = try await site.connect()
            let next = try await site.command(.stopRun, externalData: "run")
            #expect(try await again.nextAction() == next.action)
        }
    }

    @Test(arguments: Engine.allCases, ScriptedAgent.Dialect.allCases)
    func `commands that were made while an agent was away come when it connects, oldest first`(
        _ engine: Engine, _ dialect: ScriptedAgent.Dialect
    ) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            let inRun = try await site.command(.create, manifest: "{}")
            let inExperiment = try await site.command(.update, manifest: "{}", in: .experiments)
            let inInfrastructure = try await site.command(.delete, manifest: "{}", in: .infrastructures)
            let last = try await site.command(.stopRun, externalData: "run")
            let agent = try await site.connect(as: dialect)
            for command in [inRun, inExperiment, inInfrastructure, last] {
                let action = try await agent.nextAction()
                #expect(action == command.action)
                if dialect == .acknowledging { try await agent.acknowledge(action) }
            }
            for command in [inRun, inExperiment, inInfrastructure, last] {
                #expect(try await site.stored(command).state == .done)
            }
        }
    }

    @Test func `a command is sent again until it is acknowledged, over the same connection and the next`() async throws
    {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            let command = try await site.command(.create, manifest: "{}")
            #expect(try await agent.nextAction() == command.action)

            world.clock.advance(by: 29)
            await site.duty.step()
            let second = try await site.command(.stopRun, externalData: "run")
            #expect(try await agent.nextAction() == second.action)

            world.clock.advance(by: 1)
            await site.duty.step()
            #expect(try await agent.nextAction() == command.action)
            #expect(try await site.stored(command).attempts == 2)

            try await agent.disconnect()
            let next = try await site.connect()
            #expect(try await next.nextAction() == command.action)
            #expect(try await next.nextAction() == second.action)
            try await next.acknowledge([command.action, second.action])
            #expect(try await site.stored(command).state == .done)
            #expect(try await site.stored(second).attempts == 2)
        }
    }

    @Test(arguments: Engine.allCases)
    func `an agent of upstream gets a command once, also when its connection breaks`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect(as: .upstream)
            let command = try await site.command(.create, manifest: "{}")
            #expect(try await agent.nextAction() == command.action)
            let stored = try await site.stored(command)
            #expect(stored.state == .done)
            #expect(stored.attempts == 1)
            agent.kill()
            try await world.until("the infrastructure is inactive") { try await !site.isActive }
            world.clock.advance(by: 60)
            await site.duty.step()
            let again = try await site.connect(as: .upstream)
            let next = try await site.command(.stopRun, externalData: "run")
            #expect(try await again.nextAction() == next.action)
        }
    }

    @Test func `a connection that is cut during delivery loses nothing that was not acknowledged`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let commands = try await site.commands(200)
            let agent = try await site.connect()
            var acknowledged: Set<String> = []
            for _ in 0..<20 {
                let action = try await agent.nextAction()
                try await agent.acknowledge(action)
                acknowledged.insert(action.requestID)
            }
            agent.kill()
            let next = try await site.connect()
            var again: [String] = []
            for _ in 20..<200 { again.append(try await next.nextAction().requestID) }
            let isComplete = again == commands.map(\.id).filter { !acknowledged.contains($0) }
            #expect(isComplete)
        }
    }

    @Test(arguments: ScriptedAgent.Dialect.allCases)
    func `a thousand commands come once each and in order`(_ dialect: ScriptedAgent.Dialect) async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect(as: dialect)
            let commands = try await site.commands(1000)
            await world.center.agents.wake(site.infrastructure.id)
            var actions: [InfraAction] = []
            for _ in commands { actions.append(try await agent.nextAction()) }
            let isInOrder = actions.map(\.requestID) == commands.map(\.id)
            #expect(isInOrder)
            if dialect == .acknowledging { try await agent.acknowledge(actions) }
            let open = try await world.center.agents.outbox.open(for: site.infrastructure.id, now: world.center.now())
            #expect(open.isEmpty)
            #expect(agent.waitingActions.isEmpty)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a command that nobody takes expires with a reason, and is not sent afterwards`(
        _ engine: Engine
    ) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            let command = try await site.command(.create, manifest: "{}")
            world.clock.advance(by: 599)
            await site.duty.step()
            #expect(try await site.stored(command).state == .open)
            world.clock.advance(by: 1)
            await site.duty.step()
            let stored = try await site.stored(command)
            #expect(stored.state == .expired)
            #expect(stored.openFor == nil)
            #expect(stored.isReported == true)
            #expect(
                stored.reason
                    == "the agent of the infrastructure was not connected for 600 s, and did not get the command 'create'"
            )
            let agent = try await site.connect()
            let next = try await site.command(.stopRun, externalData: "run")
            #expect(try await agent.nextAction() == next.action)

            world.clock.advance(by: 300)
            await site.duty.step()
            #expect(try await agent.nextAction() == next.action)
            world.clock.advance(by: 300)
            await site.duty.step()
            #expect(
                try await site.stored(next).reason
                    == "the agent of the infrastructure did not acknowledge the command 'workflow_run_stop' within 600 s;"
                    + " it was sent 2 times")
        }
    }

    @Test func `expired commands are not sent to an agent that comes before they are noted as expired`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let old = try await site.command(.create, manifest: "{}")
            world.clock.advance(by: 600)
            let agent = try await site.connect()
            let next = try await site.command(.stopRun, externalData: "run")
            #expect(try await agent.nextAction() == next.action)
            #expect(try await site.stored(old).attempts == nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func `what an agent could not do has failed, for the reason that it tells`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            let command = try await site.command(.create, manifest: "{}")
            let action = try await agent.nextAction()
            let other = try await AgentSite(world, id: "4f6c3a7e-0000-4000-8000-000000000002")
            let foreign = try await other.connect()
            #expect(try await foreign.acknowledge(action, error: "mine")["acknowledgeInfraActions"].flag == true)
            #expect(try await site.stored(command).state == .open)

            let unknown = InfraAction(requestID: "unknown", requestType: .create)
            let reply = try await agent.acknowledge([unknown, action], error: "workflows.argoproj.io is forbidden")
            #expect(try reply.succeeded()["acknowledgeInfraActions"].flag == true)
            let stored = try await site.stored(command)
            #expect(stored.state == .failed)
            #expect(stored.reason == "workflows.argoproj.io is forbidden")
            #expect(stored.isReported == true)

            // Said again, and otherwise: the first word counts.
            #expect(try await agent.acknowledge(action)["acknowledgeInfraActions"].flag == true)
            #expect(try await site.stored(command).state == .failed)
        }
    }

    @Test func `a failed command whose run was not told is told later`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let command = try await site.command(.create, manifest: "{}")
            // As a crash between the two leaves it.
            _ = try await world.center.agents.outbox.end(
                command.id, for: site.infrastructure.id, at: nil, as: .failed, reason: "no")
            #expect(try await site.stored(command).isReported == nil)
            await site.duty.rareStep()
            #expect(try await site.stored(command).isReported == true)
        }
    }
}

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
