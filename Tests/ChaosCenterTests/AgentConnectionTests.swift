import AgentProtocol
import ControlPlaneTesting
import DocumentStore
import GraphQL
import Synchronization
import Testing

@testable import ChaosCenter

/// An outbox whose database fails some times.
private final class FailingSource: CommandSource {
    let outbox: AgentOutbox
    let failures = Mutex(0)

    init(outbox: AgentOutbox) { self.outbox = outbox }

    private func fail() throws {
        let fails = failures.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
        if fails { throw DocumentStoreError.locked("busy") }
    }

    func open(for infraID: String, now: Int64) async throws -> [AgentOutbox.Entry] {
        try fail()
        return try await outbox.open(for: infraID, now: now)
    }

    func markSent(
        _ id: String, for infraID: String, at place: AgentOutbox.Place, attempt: Int, now: Int64, isLast: Bool
    ) async throws -> AgentCommand? {
        try fail()
        return try await outbox.markSent(
            id, for: infraID, at: place, attempt: attempt, now: now, isLast: isLast)
    }
}

/// Outlives the server of a test.
private final class Kept: Sendable {
    let agent = Mutex<ScriptedAgent?>(nil)
}

/// Agents that come, go, and come again.
@Suite(.timeLimit(.minutes(2))) struct AgentConnectionTests {
    private static let replaced =
        "CLUSTER ALREADY CONNECTED: a newer connection of this agent takes the place of this one"

    @Test(arguments: Engine.allCases)
    func `an infrastructure is active while its agent is connected, and its project is told`(
        _ engine: Engine
    ) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            let socket = try await UserSocket(
                world, as: world.viewer,
                """
                subscription {
                  getInfraEvents(projectID: "\(world.projectID)") {
                    eventID eventType eventName description infra { __typename }
                  }
                }
                """)
            try await world.until("someone listens") { world.center.agents.events.count == 1 }
            #expect(try await !site.isActive)
            let agent = try await site.connect(as: .upstream)
            #expect(try await site.isActive)
            let came: GraphQLValue = try await socket.next()["payload"]["data"]["getInfraEvents"]
            #expect(came["eventName"] == "infra-status")
            #expect(came["eventType"] == "Infra Live")
            #expect(came["description"] == "Infra is Live")
            #expect(came["infra"]["__typename"] == "Infra")

            world.clock.advance(by: 90)
            try await agent.disconnect()
            let stored = try await world.center.store.infrastructure(site.infrastructure.id)
            #expect(stored?.isActive == false)
            #expect(stored?.lastSeenAt == world.center.now())
            let went: GraphQLValue = try await socket.next()["payload"]["data"]["getInfraEvents"]
            #expect(went["eventType"] == "Infra Offline")
            #expect(went["eventID"].text != came["eventID"].text)
            await socket.close()
            try await world.until("nobody listens") { world.center.agents.events.count == 0 }
        }
    }

    @Test func `events show what is so at their time, and end when the listener is no member any more`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let socket = try await UserSocket(
                world, as: world.viewer,
                "subscription { getInfraEvents(projectID: \"\(world.projectID)\") { infra { noOfExperiments } } }")
            try await world.until("someone listens") { world.center.agents.events.count == 1 }
            func count() async throws -> Int? {
                world.center.agents.events.publish(.live, site.infrastructure)
                let event: GraphQLValue = try await socket.next()["payload"]["data"]["getInfraEvents"]
                return event["infra"]["noOfExperiments"].number
            }
            #expect(try await count() == 0)
            _ = try await site.command(.update, manifest: "{}", in: .experiments)
            #expect(try await count() == 1)

            try await world.server.post(
                "/leave_project", ["projectID": world.projectID, "userID": world.viewer.id], token: world.viewer.token
            ).expect(200)
            world.center.agents.events.publish(.offline, site.infrastructure)
            let end = try await socket.next()
            #expect(end["type"] == "error")
            #expect(end["payload"].items?.first?["extensions"]["code"] == "FORBIDDEN")
            try await world.until("nobody listens") { world.center.agents.events.count == 0 }
            await socket.close()
        }
    }

    @Test func `events of a project are for its members`() async throws {
        try await CenterServer.run { world in
            let reply = try await world.graphQL(
                "subscription { getInfraEvents(projectID: \"\(world.projectID)\") { eventID } }", as: world.stranger)
            #expect(reply.codes == ["FORBIDDEN"])
        }
    }

    @Test(arguments: ScriptedAgent.Dialect.allCases)
    func `a newer connection takes the place of the older one, and the infrastructure stays active`(
        _ dialect: ScriptedAgent.Dialect
    ) async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let events = world.center.agents.events.events(of: world.projectID)
            let older = try await site.connect(as: dialect)
            let newer = try await site.connect(as: dialect)
            #expect(try await older.ending() == [Self.replaced])
            older.kill()
            let command = try await site.command(.create, manifest: "{}")
            #expect(try await newer.nextAction() == command.action)
            #expect(older.waitingActions.isEmpty)
            #expect(try await site.isActive)
            try await newer.disconnect()
            #expect(try await !site.isActive)
            var kinds: [InfraEvent.Kind] = []
            for await event in events.prefix(2) { kinds.append(event.kind) }
            #expect(kinds == [.live, .offline])
        }
    }

    @Test func `upstream's agent notices that its stream has ended, and connects again`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let older = try await site.connect(as: .upstream)
            let newer = try await site.connect(as: .upstream)
            try await world.until("the connection is closed") { older.isClosed }
            #expect(!newer.isClosed)
        }
    }

    @Test(arguments: [true, false])
    func `a database that fails for a while costs no agent its connection`(_ acknowledges: Bool) async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let source = FailingSource(outbox: world.center.agents.outbox)
            let stream = ActionStream(
                link: AgentLink(
                    infraID: site.infrastructure.id, projectID: world.projectID, acknowledges: acknowledges),
                outbox: source, resendInterval: 30_000, now: world.center.now, retryInterval: .milliseconds(1),
                logger: world.center.logger, lease: AgentLease {})
            var actions = stream.makeAsyncIterator()
            let commands = try await site.commands(3)
            for command in commands {
                source.failures.withLock { $0 = 4 }
                stream.link.wake()
                #expect(try await actions.next()?.action == command.action)
                #expect(source.failures.withLock { $0 } == 0)
            }
            // A new connection takes its place also while the database fails.
            source.failures.withLock { $0 = .max }
            stream.link.end(.conflict("replaced"))
            stream.link.wake()
            await #expect(throws: CenterError.conflict("replaced")) { try await actions.next() }
        }
    }

    @Test func `connections that follow each other quickly leave the truth in the end`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            var agents: [ScriptedAgent] = []
            for _ in 0..<10 {
                agents.append(try await site.connect())
                agents.last?.kill()
            }
            try await world.until("it is inactive") { try await !site.isActive }
            let last = try await site.connect()
            #expect(try await site.isActive)
            #expect(!last.hasEnded)
        }
    }

    @Test(arguments: ScriptedAgent.Dialect.allCases)
    func `a wrong key and an unknown infrastructure are refused`(_ dialect: ScriptedAgent.Dialect) async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let wrong = InfraIdentity(infraID: site.infrastructure.id, accessKey: "wrong", version: "3.31.0")
            let refused = try await ScriptedAgent.connect(to: world, wrong, as: dialect)
            #expect(try await refused.ending() == ["ERROR:  accessID MISMATCH"])
            let nobody = InfraIdentity(infraID: "nobody", accessKey: "wrong", version: "3.31.0")
            let unknown = try await ScriptedAgent.connect(to: world, nobody, as: dialect)
            #expect(try await unknown.ending().first?.contains("no documents in result") == true)
            #expect(try await !site.isActive)
            #expect(world.center.agents.registry.isEmpty)

            let reply = try await refused.acknowledge(InfraAction(requestID: "x", requestType: .create))
            #expect(reply.errors == ["ERROR:  accessID MISMATCH"])
        }
    }

    @Test func `an agent that reads nothing holds up nobody else`() async throws {
        try await CenterServer.run { world in
            let stuck = try await AgentSite(world)
            let manifest = String(repeating: "x", count: 256 << 10)
            for _ in 0..<60 { _ = try await stuck.command(.create, manifest: manifest) }
            let silent = try await ScriptedAgent.connect(
                to: world, stuck.infrastructure, as: .upstream, reads: false)
            let site = try await AgentSite(world, id: "4f6c3a7e-0000-4000-8000-000000000002")
            let agent = try await site.connect()
            let command = try await site.command(.create, manifest: "{}")
            #expect(try await agent.nextAction() == command.action)
            // What did not fit into the connection is not taken from the outbox.
            let open = try await world.center.agents.outbox.open(for: stuck.infrastructure.id, now: world.center.now())
            #expect(open.count > 10)
            silent.kill()
        }
    }

    @Test(arguments: Engine.allCases)
    func `a restarted server has the open commands, and no infrastructure is active`(_ engine: Engine) async throws {
        try await CenterServer.run(engine) { world in
            let site = try await AgentSite(world)
            let away = try await AgentSite(world, id: "4f6c3a7e-0000-4000-8000-000000000002")
            let agent = try await site.connect()
            let command = try await site.command(.create, manifest: "{}")
            #expect(try await agent.nextAction() == command.action)
            world.clock.advance(by: 40)
            await site.duty.rareStep()
            let seen = world.center.now()
            world.clock.advance(by: 15)

            // As after a crash: the old process has noted nothing.
            let clock = world.clock
            let next = try await ChaosCenter.open(
                world.server.database, authentication: world.server.authentication, settings: world.center.settings,
                now: { clock.now })
            let stored = try await next.store.infrastructure(site.infrastructure.id)
            #expect(stored?.isActive == false)
            #expect(stored?.lastSeenAt == seen)
            #expect(try await next.store.infrastructure(away.infrastructure.id)?.lastSeenAt == nil)

            let actions = try await next.agents.connect(site.infrastructure, acknowledges: true)
            var iterator = actions.makeAsyncIterator()
            #expect(try await iterator.next()?.action == command.action)
            #expect(try await next.store.infrastructure(site.infrastructure.id)?.isActive == true)
        }
    }

    @Test func `a stop of the server ends the connections`() async throws {
        let box = Kept()
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            box.agent.withLock { $0 = agent }
        }
        let agent = try #require(box.agent.withLock { $0 })
        _ = try await agent.ending()
        #expect(agent.hasEnded)
    }

    @Test func `the duties send again, expire and end when they are told to`() async throws {
        try await CenterServer.run { world in
            let site = try await AgentSite(world)
            let agent = try await site.connect()
            let command = try await site.command(.create, manifest: "{}")
            #expect(try await agent.nextAction() == command.action)
            let duties = Task { await CenterDuties(world.center).run() }
            world.clock.advance(by: 30)
            #expect(try await agent.nextAction() == command.action)
            world.clock.advance(by: 600)
            try await world.until("the command is expired") { try await site.stored(command).state == .expired }
            duties.cancel()
            await duties.value
        }
    }
}
