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

    @Test(arguments: Engine.allCases)
    func `of several that take a command for an agent of upstream one gets it`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            _ = try await site.command(.create, manifest: "{}")
            let outbox = world.center.agents.outbox
            let now = world.center.now()
            let entry = try #require(try await outbox.open(for: site.infrastructure.id, now: now).first)
            let taken = try await withThrowingTaskGroup(of: AgentCommand?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await outbox.markSent(
                            entry.command.id, for: site.infrastructure.id, at: entry.place, attempt: 1, now: now,
                            isLast: true)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
            }
            #expect(taken.map(\.id) == [entry.command.id])
        }
    }

    @Test func `more outcomes than an agent can have are refused`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            let action = InfraAction(requestID: "x", requestType: .create)
            let reply = try await agent.acknowledge(Array(repeating: action, count: 2001))
            #expect(reply.errors == ["outcomes: more than 2000 at once"])
        }
    }

    @Test(arguments: [
        (AgentOutbox.Collection.experiments, ActionType.update), (AgentOutbox.Collection.infrastructures, .delete),
    ])
    func `what no run can show is in the server's log`(
        _ collection: AgentOutbox.Collection, _ type: ActionType
    ) async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            _ = try await site.command(type, manifest: "{}", in: collection)
            _ = try await agent.acknowledge(try await agent.nextAction(), error: "cronworkflows is forbidden")
            let experiment = try await world.center.store.experiments.first(.present)
            let subject = experiment?.id ?? site.infrastructure.id
            let line = "an agent did not do what it was told command=\(type.rawValue) of=\(subject)"
            #expect(world.log.all.filter { $0.hasPrefix(line) } == ["\(line) reason=cronworkflows is forbidden"])
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

    @Test(arguments: Engine.allCases)
    func `the agent of a removed infrastructure is told to end things, and to begin nothing`(
        _ engine: Engine
    ) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            let create = try await site.command(.create, manifest: "{}")
            let update = try await site.command(.update, manifest: "{}", in: .experiments)
            let stop = try await site.command(.stopRun, externalData: "run")
            let reply = try await world.graphQL(
                "mutation { deleteInfra(projectID: \"\(world.projectID)\", infraID: \"\(site.infrastructure.id)\") }")
            #expect(reply["deleteInfra"].text == "infra deleted successfully")
            for command in [create, update] {
                let ended = try await site.stored(command)
                #expect(ended.state == .expired)
                #expect(ended.openFor == nil)
                #expect(ended.reason == "the infrastructure was removed")
            }
            let run = try await world.center.store.runs.first(.any("commands", .eq("id", create.id)))
            #expect(run?.phase == "Timeout")
            // As of a request that had seen the infrastructure before.
            _ = try await site.command(.create, manifest: "{}")
            let open = try await world.center.agents.outbox.open(for: site.infrastructure.id, now: world.center.now())
            #expect(open.map(\.command.type) == [.stopRun, .delete, .delete])
            var actions = try await world.center.agents.connect(site.infrastructure, acknowledges: true)
                .makeAsyncIterator()
            #expect(try await actions.next()?.action == stop.action)
            for _ in 0..<2 { #expect(try await actions.next()?.action.requestType == "delete") }
        }
    }
}
