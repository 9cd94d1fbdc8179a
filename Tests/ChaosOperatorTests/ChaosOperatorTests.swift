import ChaosAPI
import ClusterTesting
import KubernetesAPI
import Testing
import WorkloadControllers

@testable import ChaosOperator

/// The operator and real runners on a cluster in memory.
@Suite(.timeLimit(.minutes(1))) struct ChaosOperatorTests {
    @Test("an engine runs to completed, its verdict in the status, and its policy is kept")
    func completes() async throws {
        try await World.run { world in
            _ = try await world.cluster.create(world.engine(spec: ["jobCleanUpPolicy": "delete"]))
            let engine = try await world.wait { $0.engineStatus == .completed }
            #expect(engine.desiredState == .stop && engine.verdict == .pass)
            #expect(engine.experimentStatuses.map(\.verdict) == ["Pass"])
            try await world.cluster.waitFor(Pod.self) { !$0.contains { $0.name == "e-runner" } }
            let events = try await world.cluster.waitFor(Event.self) {
                $0.contains { $0.reason == "ChaosEngineCompleted" }
            }
            #expect(
                events.contains {
                    $0.reason == "ChaosEngineInitialized"
                        && $0.message == "Identifying app under test & launching e-runner"
                })
        }
    }

    @Test("an aborted engine is stopped, with everything closed, and can run again")
    func aborts() async throws {
        try await World.run { world in
            _ = try await world.cluster.create(world.engine(env: ["TOTAL_CHAOS_DURATION": "100"]))
            try await world.cluster.waitFor(ChaosResult.self) { $0.first?.history.targets.isEmpty == false }
            try await world.patch(state: .stop)
            let engine = try await world.wait { $0.engineStatus == .stopped }
            #expect(engine.experimentStatuses.map(\.status) == [.aborted])
            let result = try #require(try await world.cluster.list(ChaosResult.self).first)
            #expect(result.verdict == .stopped && result.history.stoppedRuns == 1)
            #expect(try await world.cluster.list(Pod.self).contains { $0.name == "e-runner" } == false)
            _ = try await world.cluster.patch(
                ChaosEngine.self, namespace: "shop", name: "e",
                .merge(["spec": ["experiments": world.engine().spec["experiments"], "engineState": "active"]]))
            let again = try await world.wait { $0.engineStatus == .completed }
            #expect(again.verdict == .pass)
        }
    }

    @Test("a deleted engine goes away with its pods")
    func deletes() async throws {
        try await World.run { world in
            _ = try await world.cluster.create(world.engine(env: ["TOTAL_CHAOS_DURATION": "100"]))
            try await world.cluster.waitFor(ChaosResult.self) { $0.first?.phase == .running }
            try await world.cluster.delete(ChaosEngine.self, namespace: "shop", name: "e")
            try await world.cluster.waitFor(ChaosEngine.self) { $0.isEmpty }
            let result = try #require(try await world.cluster.list(ChaosResult.self).first)
            #expect(!result.isOpen)
            #expect(try await world.cluster.list(Pod.self).contains { $0.name == "e-runner" } == false)
        }
    }

    @Test("a runner that is killed leaves neither Awaited nor Running behind")
    func killed() async throws {
        try await World.run(runners: false) { world in
            _ = try await world.cluster.create(world.engine())
            let engine = try await world.wait { !$0.runnerUID.isEmpty }
            var result = ChaosResult(name: "e-pod-delete", namespace: "shop")
            result.metadata.labels = ["chaosUID": engine.uid]
            result.phase = .running
            result.verdict = .awaited
            _ = try await world.cluster.create(result)
            try await world.cluster.delete(
                Pod.self, namespace: "shop", name: "e-runner", options: DeleteOptions(gracePeriodSeconds: 0))
            let ended = try await world.wait { $0.engineStatus == .completed }
            #expect(ended.statusReason == "RunnerVanished" && ended.verdict == .error)
            #expect(ended.experimentStatuses.map(\.verdict) == ["Error"])
            let repaired = try #require(try await world.cluster.list(ChaosResult.self).first)
            #expect(repaired.phase == .error && repaired.errorOutput?.reason.contains("deleted") == true)
        }
    }

    @Test("an engine may be made before its experiment and its account")
    func order() async throws {
        try await World.run(withAccount: false, withExperiment: false) { world in
            _ = try await world.cluster.create(world.engine())
            let waiting = try await world.wait { $0.statusReason == "ServiceAccountNotFound" }
            #expect(waiting.engineStatus == .initialized)
            _ = try await world.cluster.create(ServiceAccount(name: "sa", namespace: "shop"))
            _ = try await world.wait { $0.statusReason == "ExperimentNotFound" }
            try await world.addExperiment()
            let engine = try await world.wait { $0.engineStatus == .completed }
            #expect(engine.verdict == .pass && engine.statusReason.isEmpty)
        }
    }

    @Test("a service account that never comes ends the engine with the command that makes it")
    func noAccount() async throws {
        var configuration = OperatorConfiguration()
        configuration.dependencyTimeout = .milliseconds(100)
        try await World.run(configuration: configuration, withAccount: false) { world in
            _ = try await world.cluster.create(world.engine())
            let engine = try await world.wait { $0.engineStatus == .completed }
            #expect(engine.statusReason == "ServiceAccountNotFound" && engine.verdict == .error)
            #expect(engine.statusMessage.contains("'litmus rbac ENGINE.yaml | kubectl apply -f -'"))
        }
    }

    @Test("aborting an engine whose pod does not end holds up no other engine")
    func noStall() async throws {
        try await World.run { world in
            _ = try await world.cluster.create(world.engine("stuck", env: ["TOTAL_CHAOS_DURATION": "100"]))
            let stuck = try await world.wait("stuck") { !$0.experimentStatuses.isEmpty }
            var helper = Pod(name: "helper", namespace: "shop")
            helper.metadata.labels = ["chaosUID": stuck.uid]
            helper.metadata.finalizers = ["example.org/never"]
            helper.spec = ["containers": [["name": "x", "image": "y"]], "nodeName": "elsewhere"]
            _ = try await world.cluster.create(helper)
            try await world.patch("stuck", state: .stop)
            let duration = try await ContinuousClock().measure {
                for number in 0..<4 { _ = try await world.cluster.create(world.engine("other-\(number)")) }
                for number in 0..<4 { _ = try await world.wait("other-\(number)") { $0.engineStatus == .completed } }
            }
            #expect(duration < .seconds(8))
            #expect(try await world.wait("stuck") { _ in true }.engineStatus == .initialized)
        }
    }

    @Test("an operator that is killed after any of its writes is finished by the next one")
    func killedAnywhere() async throws {
        for writes in 1...8 {
            let world = World(configuration: OperatorConfiguration())
            let cluster = world.cluster
            _ = try await cluster.create(ServiceAccount(name: "sa", namespace: "shop"))
            try await world.addExperiment()
            let mortal = MortalClient(cluster, writes: writes)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await WorkloadControllers(client: cluster, logger: World.quiet).run() }
                group.addTask { try await FakeNode(in: cluster).run() }
                group.addTask { try await world.runRunners() }
                let first = Task { try await ChaosOperator(client: mortal, logger: World.quiet).run() }
                _ = try await cluster.create(world.engine())
                let end = Task { try await world.wait { $0.engineStatus == .completed } }
                group.addTask {
                    await mortal.death()
                    first.cancel()
                    try await ChaosOperator(client: cluster, logger: World.quiet).run()
                }
                let engine = try await end.value
                first.cancel()
                mortal.giveUp()
                // Without the application the verdict is Error; what counts is that it is one.
                #expect(engine.experimentStatuses.map(\.verdict) == ["Error"], "after \(writes) writes")
                let made = cluster.requests.count {
                    $0.verb == "create" && $0.resource == "pods" && $0.name == "e-runner"
                }
                #expect(made >= 1)
                group.cancelAll()
            }
        }
    }
}
