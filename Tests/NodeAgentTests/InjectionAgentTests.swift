import ChaosAPI
import ClusterTesting
import Glibc
import Host
import KubernetesAPI
import Testing

@testable import Injection
@testable import NodeAgent

/// Orders that are refused before anything is touched, so they need no root.
@Suite(.timeLimit(.minutes(1))) struct OrderRefusalTests {
    private let world = AgentWorld()
    private let journal = Journal(
        directory: "/tmp/litmus-journal-refusals-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")

    private func expectRefusal(mayInject: Bool = true, _ expected: String) async throws {
        let world = world
        try await world.withAgent(journal, mayInject: mayInject) {
            let end = try await world.wait { pod, _ in pod?.isFinished == true && pod?.metadata.finalizers == [] }
            #expect(end.pod?.phase == "Failed" && end.pod?.json["status", "message"].string?.contains(expected) == true)
            #expect(end.report?.state == .failed && end.report?.isUndone == true)
            #expect(end.report?.failure?.reason.contains(expected) == true)
        }
        try FileTree.remove(journal.directory)
    }

    @Test("an account that may not inject in the target's namespace is refused, with the rule that grants it")
    func forbidden() async throws {
        try await world.makeOrder([world.makeTarget(id: "c")])
        try await expectRefusal(
            mayInject: false,
            "the service account chaos of namespace litmus may not inject in namespace shop: grant it the verb create on "
                + "injections.litmuschaos.io there ('litmus rbac FILE'")
    }

    @Test("a target on another node is refused, whatever the order says")
    func elsewhere() async throws {
        try await world.makeOrder([world.makeTarget(id: "c", node: "node-2")])
        try await expectRefusal("is on node node-2, but the order is for node node-1")
    }

    @Test("an order under another's name is refused")
    func otherName() async throws {
        try await world.makeOrder([world.makeTarget(id: "c")], id: "somebody-elses")
        try await expectRefusal("is not the name of its pod")
    }

    @Test("an order that was deleted before it began goes at once")
    func deletedEarly() async throws {
        try await world.makeOrder([])
        try await world.delete()
        let world = world
        try await world.withAgent(journal) { try await world.wait { pod, _ in pod == nil } }
        try FileTree.remove(journal.directory)
    }

    @Test("an agent that dies after any of its writes leaves an order to the next, which ends it", arguments: 1...5)
    func mortal(writes: Int) async throws {
        try await world.makeOrder([world.makeTarget(id: "no-such-container")])
        let world = world
        let mortal = MortalClient(world.cluster, writes: writes)
        let first = Task {
            try await InjectionAgent(
                node: "node-1", client: ReviewingClient(mortal) { _ in true }, journal: journal, logger: quiet
            ).run()
        }
        // With more lives than writes it comes to its end instead.
        let end = Task {
            _ = try? await world.wait { pod, _ in pod?.metadata.finalizers == [] }
            mortal.giveUp()
        }
        await mortal.death()
        end.cancel()
        first.cancel()
        _ = await first.result
        try await world.withAgent(journal) {
            let end = try await world.wait { pod, _ in pod?.isFinished == true && pod?.metadata.finalizers == [] }
            #expect(end.report?.state == .failed && end.report?.isUndone == true)
        }
        try FileTree.remove(journal.directory)
    }
}

/// Orders that change the machine.
@Suite(
    .serialized, .timeLimit(.minutes(1)),
    .enabled(if: geteuid() == 0, "needs root: network namespaces, control groups and packet filter rules"))
struct InjectionAgentTests {
    private let world = AgentWorld()

    @Test("an order is carried out and told as by a helper's pod, which is free when it is undone")
    func works() async throws {
        try await withTarget { target, journal in
            let world = world
            try await world.makeOrder([world.makeTarget(id: target.id)], milliseconds: 300)
            try await world.withAgent(journal) {
                let injected = try await world.wait { _, report in report != nil }
                #expect(injected.report?.state == .injected && injected.pod?.phase == "Running")
                #expect(injected.pod?.containerStatuses.first?.isReady == true)
                let end = try await world.wait { pod, _ in pod?.isFinished == true && pod?.metadata.finalizers == [] }
                #expect(end.report?.state == .reverted && end.pod?.phase == "Succeeded")
                #expect(try await !target.hasRules() && journal.list().isEmpty)
            }
        }
    }

    @Test("the deletion of an order undoes it at once, and then lets it go")
    func deleted() async throws {
        try await withTarget { target, journal in
            let world = world
            try await world.makeOrder([world.makeTarget(id: target.id)])
            try await world.withAgent(journal) {
                try await world.wait { _, report in report?.state == .injected }
                #expect(try await target.hasRules())
                try await world.delete()
                try await world.wait { pod, _ in pod == nil }
                #expect(try await !target.hasRules() && journal.list().isEmpty)
            }
        }
    }

    @Test("an agent that is told to end undoes everything within two seconds, and says that it was cut short")
    func stopped() async throws {
        try await withTarget { target, journal in
            let world = world
            try await world.makeOrder([world.makeTarget(id: target.id)])
            let agent = Task {
                try await InjectionAgent(
                    node: "node-1", client: ReviewingClient(world.cluster) { _ in true }, journal: journal,
                    logger: quiet
                ).run()
            }
            try await world.wait { _, report in report?.state == .injected }
            let start = ContinuousClock.now
            agent.cancel()
            _ = await agent.result
            #expect(ContinuousClock.now - start < .seconds(2))
            let end = try await world.wait { pod, _ in pod?.metadata.finalizers == [] }
            #expect(end.report?.state == .reverted && end.report?.isInterrupted == true)
            #expect(end.pod?.phase == "Failed" && end.pod?.json["status", "reason"] == "NodeAgentLost")
            #expect(try await !target.hasRules() && journal.list().isEmpty)
        }
    }

    @Test("what a killed agent left is undone by the next, told as lost, and never injected again")
    func killed() async throws {
        try await withTarget { target, journal in
            let world = world
            let reference = try await world.makeTarget(id: target.id)
            // The former life's process is gone, its rules and its entry are not.
            let dead = try await Spawner.shared.spawn(
                SpawnRequest(executable: "/bin/sh", arguments: ["sh", "-c", "exec sleep 1000"], environment: []))
            let life = try #require(ProcessTable().life(dead.pid))
            let owner = JournalEntry.Owner(
                pid: dead.pid, startTime: life.startTime,
                pidNamespace: try #require(ProcessTable().namespace("pid", of: dead.pid)))
            let loss = TrafficLoss(percentage: 100)
            let injector = NetworkInjector(journal: journal)
            let site = try await injector.site(loss, on: try TargetResolver().resolve(reference))
            let entry = EntryDraft(
                order: AgentWorld.order.description, fault: "pod-network-loss", owner: owner,
                deadline: BootClock.milliseconds() + 3_600_000
            ).entry(id: JournalEntry.newID(), .loseTraffic(loss), on: reference, at: .network(site.place))
            try await injector.apply(entry, at: site)
            try dead.signal(SIGKILL)
            _ = try await dead.wait()
            #expect(try await target.hasRules())
            try await world.makeOrder(
                [reference], status: ["phase": "Running"], report: InjectionReport(state: .injected))
            try await world.withAgent(journal) {
                let end = try await world.wait { pod, _ in pod?.metadata.finalizers == [] }
                #expect(end.pod?.phase == "Failed" && end.pod?.json["status", "reason"] == "NodeAgentLost")
                #expect(end.report?.failure?.reason.contains("is undone, and is not injected a second time") == true)
                #expect(try await !target.hasRules() && journal.list().isEmpty)
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct AgentLockTests {
    @Test("a successor touches nothing before the agent that it replaces has ended")
    func replaced() async throws {
        let journal = Journal(directory: "/tmp/litmus-journal-lock-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
        let world = AgentWorld()
        try await world.makeOrder([])
        var first: FileLock? = try await journal.lockForAgent()
        let successor = Task {
            try await InjectionAgent(
                node: "node-1", client: ReviewingClient(world.cluster) { _ in true }, journal: journal, logger: quiet
            ).run()
        }
        for _ in 0..<1000 { await Task.yield() }
        #expect(first != nil && !world.cluster.requests.contains { $0.verb == "list" })
        first = nil
        while world.cluster.openWatches == 0 { await Task.yield() }
        successor.cancel()
        _ = await successor.result
        try FileTree.remove(journal.directory)
    }
}
