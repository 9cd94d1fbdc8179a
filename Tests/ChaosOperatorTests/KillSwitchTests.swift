import ChaosAPI
import ClusterTesting
import ControllerRuntime
import KubernetesAPI
import Synchronization
import Testing

@testable import ChaosOperator

/// A halt as users see it, with a whole operator and, where it matters, real runners.
@Suite(.timeLimit(.minutes(1))) struct KillSwitchTests {
    private func halt(_ cluster: InMemoryCluster, _ data: [String: String] = ["halted": "true"]) async throws {
        var map = ConfigMap(name: "litmus-halt", namespace: "litmus")
        map.data = data
        _ = try await cluster.create(map)
    }

    /// A cluster whose engine runs, as an operator left it that is no longer there.
    private func orphaned() async throws -> World {
        let world = World(configuration: OperatorConfiguration())
        var engine = Fixture.running(entries: [Fixture.entry("pod-delete", .running, "Awaited")])
        engine = try await world.cluster.create(engine)
        var runner = Fixture.runner()
        runner.metadata.labels["chaosUID"] = engine.uid
        runner.metadata.ownerReferences = [OwnerReference(to: engine)]
        runner = try await world.cluster.create(runner)
        _ = try await world.cluster.modify(ChaosEngine.self, namespace: "shop", name: "e") {
            $0.runnerUID = runner.uid
            return true
        }
        return world
    }

    /// Runs an operator, and nothing else, beside `body`.
    private func operate(
        _ world: World, client: (any APIClient)? = nil, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let chaos = ChaosOperator(
            client: client ?? world.cluster, configuration: world.configuration, logger: World.quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await chaos.run() }
            defer { group.cancelAll() }
            try await body()
        }
    }

    private func runnersMade(_ cluster: InMemoryCluster) -> Int {
        cluster.requests.count { $0.verb == "create" && $0.resource == "pods" && $0.name?.hasSuffix("-runner") == true }
    }

    @Test("a halt aborts what runs, reverts it and tells each engine as it ends")
    func whileRunning() async throws {
        try await World.run { world in
            _ = try await world.cluster.create(world.engine(env: ["TOTAL_CHAOS_DURATION": "100"]))
            try await world.cluster.waitFor(ChaosResult.self) { $0.first?.history.targets.isEmpty == false }
            let killSwitch = KillSwitch(client: world.cluster, logger: World.quiet)
            let order = try await killSwitch.halt(reason: "incident 42", by: "ann@desk")
            #expect(order.reason == "incident 42" && order.by == "ann@desk" && order.since != nil)
            let told = Mutex<[String]>([])
            let engines = try await killSwitch.waitUntilNothingRuns(after: order, within: .seconds(20)) { engine in
                told.withLock { $0.append("\(engine.key.name) \(engine.outcome)") }
            }
            #expect(engines.map(\.outcome) == [.aborted] && told.withLock { $0 } == ["e aborted"])
            let engine = try await world.wait { _ in true }
            #expect(engine.engineStatus == .stopped && engine.statusReason == "Halted")
            #expect(engine.statusMessage.contains("incident 42"))
            let result = try #require(try await world.cluster.list(ChaosResult.self).first)
            #expect(result.verdict == .stopped && result.phase == .stopped)
            #expect(try await world.cluster.list(Pod.self).contains { $0.name == "e-runner" } == false)
            try await world.cluster.waitFor(Event.self) {
                $0.contains { $0.reason == "ChaosHalted" && $0.severity == "Warning" }
            }
        }
    }

    @Test("a new engine is refused while halted, stays stopped after resume, and runs when set active")
    func refuseAndResume() async throws {
        try await World.run { world in
            let killSwitch = KillSwitch(client: world.cluster, logger: World.quiet)
            _ = try await killSwitch.halt(reason: "freeze", by: "ann@desk")
            _ = try await world.cluster.create(world.engine())
            let refused = try await world.wait { $0.engineStatus == .stopped }
            #expect(refused.desiredState == .stop && refused.statusReason == "Halted")
            try await world.patch(state: .active)
            _ = try await world.wait { $0.desiredState == .stop }
            #expect(try await killSwitch.resume()?.reason == "freeze")
            _ = try await world.cluster.create(world.engine("other"))
            let other = try await world.wait("other") { $0.engineStatus == .completed }
            #expect(other.verdict == .pass)
            #expect(try await world.wait { _ in true }.engineStatus == .stopped)
            try await world.patch(state: .active)
            let engine = try await world.wait { $0.engineStatus == .completed }
            #expect(engine.verdict == .pass && engine.statusReason.isEmpty)
        }
    }

    @Test("a halt holds for an operator that starts later: it aborts what it finds and starts nothing")
    func restart() async throws {
        let world = try await orphaned()
        try await halt(world.cluster)
        var waiting = Fixture.engine(.active, .initialized)
        waiting.metadata.name = "waiting"
        _ = try await world.cluster.create(waiting)
        _ = try await world.cluster.create(world.engine("new"))
        try await operate(world) {
            for name in ["e", "waiting", "new"] {
                let engine = try await world.wait(name) { $0.engineStatus == .stopped }
                #expect(engine.statusReason == "Halted", "\(name)")
            }
        }
        #expect(runnersMade(world.cluster) == 1, "the one that was there before")
        #expect(try await world.cluster.list(Pod.self).isEmpty)
    }

    @Test("a value that is neither true nor false halts, with a warning on the ConfigMap")
    func garbage() async throws {
        let world = try await orphaned()
        try await operate(world) {
            try await halt(world.cluster, ["halted": "fasle"])
            _ = try await world.wait { $0.engineStatus == .stopped && $0.statusReason == "Halted" }
            try await world.cluster.waitFor(Event.self) { events in
                events.contains {
                    $0.reason == "ChaosHaltUnclear" && $0.namespace == "litmus" && $0.message.contains("\"fasle\"")
                }
            }
        }
    }

    @Test("halted: \"false\" is no halt, and changing it to true is one")
    func setByHand() async throws {
        let world = try await orphaned()
        try await halt(world.cluster, ["halted": "false"])
        try await operate(world) {
            _ = try await world.cluster.create(world.engine("first"))
            try await world.cluster.waitFor(ChaosEngine.self) { engines in
                engines.contains { $0.name == "first" && $0.engineStatus == .initialized }
            }
            #expect(try await world.wait { _ in true }.desiredState == .active)
            _ = try await world.cluster.patch(
                ConfigMap.self, namespace: "litmus", name: "litmus-halt", .merge(["data": ["halted": "true"]]))
            for name in ["e", "first"] { _ = try await world.wait(name) { $0.statusReason == "Halted" } }
        }
    }

    @Test("a watch that tells nothing does not let chaos start")
    func blindWatch() async throws {
        let world = World(configuration: OperatorConfiguration())
        _ = try await world.cluster.create(ServiceAccount(name: "sa", namespace: "shop"))
        try await world.addExperiment()
        let (watches, watched) = AsyncStream<Void>.makeStream()
        world.cluster.onRequest { request in
            guard request.verb == "watch", request.resource == "configmaps" else { return }
            watched.yield()
            throw Status.internalError("no watches today")
        }
        try await operate(world) {
            for await _ in watches { break }
            try await halt(world.cluster)
            _ = try await world.cluster.create(world.engine())
            let engine = try await world.wait { $0.engineStatus == .stopped }
            #expect(engine.statusReason == "Halted")
        }
        #expect(runnersMade(world.cluster) == 0)
    }

    @Test("an operator that may not read the order starts nothing, says why, and still aborts what it is told to")
    func forbidden() async throws {
        let world = try await orphaned()
        _ = try await world.cluster.create(ServiceAccount(name: "sa", namespace: "shop"))
        try await world.addExperiment()
        world.cluster.onRequest { request in
            guard request.resource == "configmaps" else { return }
            throw Status.forbidden(ConfigMap.type.gvr, name: "", "User \"operator\" cannot list configmaps")
        }
        try await operate(world) {
            _ = try await world.cluster.create(world.engine("new"))
            let waiting = try await world.wait("new") { !$0.statusReason.isEmpty }
            #expect(waiting.statusReason == "HaltUnreadable" && waiting.engineStatus == .initialized)
            #expect(waiting.statusMessage.contains("get, list and watch on configmaps in the namespace litmus"))
            #expect(runnersMade(world.cluster) == 1)
            try await world.patch(state: .stop)
            _ = try await world.wait { $0.engineStatus == .stopped }
            world.cluster.onRequest(nil)
            _ = try await world.wait("new") { !$0.runnerUID.isEmpty }
        }
    }

    @Test("a halt during an abort, and a deletion during a halt, come to their ends")
    func duringAbort() async throws {
        let world = try await orphaned()
        var helper = Pod(name: "helper", namespace: "shop")
        helper.metadata.labels = ["chaosUID": try await world.wait { _ in true }.uid]
        helper.metadata.finalizers = ["example.org/reverting"]
        _ = try await world.cluster.create(helper)
        try await operate(world) {
            try await world.patch(state: .stop)
            try await world.cluster.waitFor(Pod.self) { $0.contains { $0.metadata.isBeingDeleted } }
            try await halt(world.cluster)
            try await world.cluster.delete(ChaosEngine.self, namespace: "shop", name: "e")
            let killSwitch = KillSwitch(client: world.cluster, logger: World.quiet)
            async let engines = killSwitch.waitUntilNothingRuns(after: Halt(), within: .seconds(20)) { _ in }
            _ = try await world.cluster.modify(Pod.self, namespace: "shop", name: "helper") {
                $0.metadata.finalizers = []
                return true
            }
            try await world.cluster.waitFor(ChaosEngine.self) { $0.isEmpty }
            #expect(try await engines.allSatisfy { $0.outcome == .deleted })
            #expect(try await world.cluster.list(Pod.self).isEmpty)
        }
    }

    @Test("a thousand engines are halted")
    func thousand() async throws {
        let world = World(configuration: OperatorConfiguration())
        for number in 0..<1000 {
            var engine = Fixture.running()
            engine.metadata.name = "e-\(number)"
            engine.metadata.resourceVersion = ""
            engine = try await world.cluster.create(engine)
            var pod = Pod(name: "e-\(number)-runner", namespace: "shop")
            pod.metadata.labels = ["chaosUID": engine.uid]
            _ = try await world.cluster.create(pod)
        }
        let killSwitch = KillSwitch(client: world.cluster, logger: World.quiet)
        let order = try await killSwitch.halt(reason: "", by: "")
        try await operate(world) {
            let engines = try await killSwitch.waitUntilNothingRuns(after: order, within: .seconds(40)) { _ in }
            #expect(engines.count == 1000 && engines.allSatisfy { $0.outcome == .aborted })
        }
        #expect(try await world.cluster.list(Pod.self).isEmpty)
        #expect(try await world.cluster.list(ChaosEngine.self).allSatisfy { $0.statusReason == "Halted" })
    }
}

/// What `litmus halt` does where nobody heeds it, or where the order is already there.
@Suite(.timeLimit(.minutes(1))) struct KillSwitchOrderTests {
    private let cluster = InMemoryCluster(types: InMemoryCluster.builtinTypes + [ChaosEngine.type])

    @Test("the order makes its namespace, holds when given again, and takes the new reason")
    func again() async throws {
        let killSwitch = KillSwitch(client: cluster, namespace: "chaos")
        let first = try await killSwitch.halt(reason: "", by: "ann@desk")
        #expect(try await cluster.list(Namespace.self).map(\.name) == ["chaos"])
        let second = try await killSwitch.halt(reason: "incident 42", by: "bob@desk")
        #expect(second.since?.description == first.since?.description)
        #expect(second.by == "ann@desk" && second.reason == "incident 42")
        let map = try await cluster.get(ConfigMap.self, namespace: "chaos", name: "litmus-halt")
        #expect(map.data["halted"] == "true" && map.data["by"] == "ann@desk")
    }

    @Test("an order over one that says false is a new one")
    func afterFalse() async throws {
        var map = ConfigMap(name: "litmus-halt", namespace: "litmus")
        map.data = ["halted": "false", "by": "somebody", "reason": "old", "since": "2001-01-01T00:00:00Z"]
        _ = try await cluster.create(map)
        let order = try await KillSwitch(client: cluster).halt(reason: "", by: "ann@desk")
        #expect(order.by == "ann@desk" && order.reason.isEmpty)
        #expect(order.since?.description != "2001-01-01T00:00:00Z")
    }

    @Test("resume clears what was there, and nothing where nothing was")
    func resume() async throws {
        let killSwitch = KillSwitch(client: cluster)
        #expect(try await killSwitch.resume() == nil)
        _ = try await killSwitch.halt(reason: "why", by: "ann@desk")
        #expect(try await killSwitch.resume()?.by == "ann@desk")
        #expect(try await cluster.list(ConfigMap.self).isEmpty)
    }

    @Test("engines that no operator stops are stopped one by one, and said to run when even that does not help")
    func nobodyHeeds() async throws {
        _ = try await cluster.create(Fixture.running())
        let clock = ManualClock()
        let killSwitch = KillSwitch(client: cluster, time: TimeSource(clock), logger: World.quiet)
        async let waiting = killSwitch.waitUntilNothingRuns(after: Halt(), within: .seconds(60)) { _ in }
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(5))
        try await cluster.waitFor(ChaosEngine.self) { $0.allSatisfy { $0.desiredState == .stop } }
        clock.advance(by: .seconds(55))
        let engines = try await waiting
        #expect(engines.map(\.outcome) == [.running] && engines.allSatisfy { !$0.hasEnded })
    }

    @Test("an engine that was closed with a pod still there has not ended")
    func podsRemain() {
        var progress = HaltProgress(Halt())
        var engine = Fixture.running()
        #expect(progress.see(engine) == nil)
        engine.engineStatus = .stopped
        engine.statusReason = "PodsRemain"
        engine.statusMessage = "the pod helper does not end"
        let ended = progress.see(engine)
        #expect(ended?.outcome == .podsRemain && ended?.hasEnded == false)
        #expect(ended?.message == "the pod helper does not end")
    }

    @Test("what this halt ended before anybody looked is told once; what rested before is not")
    func quick() {
        let halt = Halt(reason: "why", since: Fixture.now, by: "ann@desk")
        var progress = HaltProgress(halt)
        let aborted = Fixture.engine(.stop, .stopped) {
            $0.runnerUID = "runner-uid"
            $0.statusReason = "Halted"
            $0.statusMessage = "aborted, because chaos is \(halt)"
        }
        #expect(progress.see(aborted)?.outcome == .aborted)
        #expect(progress.see(aborted) == nil)
        let refused = Fixture.engine(.stop, .stopped) {
            $0.metadata.name = "other"
            $0.statusMessage = "not started, because chaos is \(halt)"
        }
        #expect(progress.see(refused)?.outcome == .refused)
        let earlier = Fixture.engine(.stop, .completed) { $0.metadata.name = "earlier" }
        #expect(progress.see(earlier) == nil)
        #expect(progress.summary().map(\.key.name) == ["e", "other"])
    }

    @Test("a cluster without engines, or without their definition, has nothing to wait for")
    func nothing() async throws {
        for cluster in [cluster, InMemoryCluster()] {
            let engines = try await KillSwitch(client: cluster).waitUntilNothingRuns(after: Halt(), within: .seconds(9))
            { _ in }
            #expect(engines.isEmpty)
        }
    }
}
