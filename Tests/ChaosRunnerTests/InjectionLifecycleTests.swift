import ChaosAPI
import ClusterTesting
import ControllerRuntime
import FaultCatalog
import Injection
import KubernetesAPI
import Testing

@testable import ChaosRunner

/// Whole experiments that need helpers, the helpers played by the test.
@Suite(.timeLimit(.minutes(1))) struct InjectionLifecycleTests {
    private static let fault = "pod-network-loss"

    /// A world with an engine of pod-network-loss, its runner's pod, and helpers of one fate.
    private func run(
        _ fate: HelperPlayer.Fate, env: [String: String] = [:], spec: JSON = [:], experiments: [String] = [fault],
        _ body: @escaping @Sendable (World, ChaosEngine) async throws -> Void
    ) async throws {
        let outcome: @Sendable (Pod) -> FakeNode.Outcome = { pod in
            pod.metadata.labels["app.kubernetes.io/component"] == "helper" ? .unmanaged : .ready
        }
        try await World.run(outcome: outcome) { world in
            let engine = try await world.engine(experiments: experiments, env: env, spec: spec)
            try await makeRunner(world, engine)
            try await HelperPlayer(cluster: world.cluster) { _ in fate }.run { try await body(world, engine) }
        }
    }

    private func makeRunner(_ world: World, _ engine: ChaosEngine) async throws {
        var pod = Pod(name: engine.runnerName, namespace: engine.namespace)
        pod.metadata.labels = ["app": engine.name, "chaosUID": engine.uid]
        pod.metadata.ownerReferences = [OwnerReference(to: engine)]
        pod.spec = ["nodeName": "node-1", "containers": [["name": "chaos-runner", "image": "litmus:1"]]]
        _ = try await world.cluster.create(pod)
    }

    /// Waits until there is no helper any more.
    private func noHelper(_ world: World) async throws {
        try await world.cluster.waitFor(Pod.self) { pods in
            !pods.contains { $0.metadata.labels["app.kubernetes.io/component"] == "helper" }
        }
    }

    private func result(_ world: World) async throws -> ChaosResult { try await world.result(Self.fault) }

    @Test("a fault on machines passes: injected, undone, measured, and written down")
    func pass() async throws {
        try await run(.worksUntilSeen, spec: ["jobCleanUpPolicy": "delete"]) { world, engine in
            #expect(await world.runEngine(engine) == 0)
            let result = try await result(world)
            #expect(result.phase == .completed && result.verdict == .pass && result.errorOutput == nil)
            let injection = try #require(result.injections.first)
            #expect(result.injections.count == 1 && injection.effect == .confirmed && injection.measured == 100)
            #expect(injection.target.kind == "pod" && injection.target.node == "node-1")
            #expect(injection.revertedAt != nil && injection.injectedAt != nil)
            #expect(result.history.targets.map(\.kind) == ["pod"])
            #expect(result.history.targets.map(\.name) == [injection.target.name])
            #expect(result.history.targets.map(\.chaosStatus) == ["reverted"])
            let events = try await world.events()
            #expect(events.contains { $0.message == "Injecting pod-network-loss chaos on application pod" })
            #expect(events.contains { $0.message == "pod-network-loss experiment has been Passed" })
            try await noHelper(world)
        }
    }

    @Test("the helper belongs to the engine and to the runner's pod, and hits what was chosen")
    func helper() async throws {
        try await run(.works()) { world, engine in
            await world.runEngine(engine)
            let helpers = try await world.cluster.helpers()
            let pod = try #require(helpers.first)
            #expect(helpers.count == 1 && pod.name.hasPrefix("pod-network-loss-helper-"))
            #expect(pod.metadata.labels["chaosUID"] == engine.uid)
            #expect(pod.metadata.ownerReferences.map(\.name) == [engine.runnerName])
            #expect(pod.containers.first?.image == "litmus:1")
            let order = try #require(InjectionOrder(helper: pod))
            #expect(order.id == pod.name && order.durationMilliseconds == 200)
            #expect(order.targets.allSatisfy { $0.pod.hasPrefix("web-") && !$0.containerID.isEmpty })
        }
    }

    @Test("a fault that the targets did not feel is an error, with what was measured")
    func notInjected() async throws {
        let failure = InjectionReport.Failure(code: "CHAOS_INJECT_ERROR", reason: "pod web did not feel the fault")
        try await run(.fails(failure)) { world, engine in
            await world.runEngine(engine)
            let result = try await result(world)
            #expect(result.phase == .error && result.verdict == .error)
            #expect(result.errorOutput?.code == "CHAOS_INJECT_ERROR")
            #expect(result.errorOutput?.reason.contains("did not feel the fault") == true)
            #expect(result.errorOutput?.reason.contains("\"phase\":\"ChaosInject\"") == true)
            #expect(result.injections.map(\.effect) == [.notInjected])
            #expect(try await world.entries().map(\.verdict) == ["Error"])
        }
    }

    @Test("where there was too little to measure the verdict stands, and it is shown")
    func inconclusive() async throws {
        try await run(.works(.inconclusive)) { world, engine in
            await world.runEngine(engine)
            let result = try await result(world)
            #expect(result.verdict == .pass && result.injections.map(\.effect) == [.inconclusive])
        }
    }

    @Test("an abort ends as Stopped when the helper has undone everything, and the result says so")
    func abort() async throws {
        try await run(.stays, env: ["TOTAL_CHAOS_DURATION": "60"]) { world, engine in
            let task = Task { await world.runEngine(engine) }
            try await world.cluster.waitFor(ChaosResult.self) {
                $0.first?.history.targets.first?.chaosStatus == "injected"
            }
            let duration = await ContinuousClock().measure {
                task.cancel()
                _ = await task.value
            }
            #expect(duration < .seconds(5))
            try await noHelper(world)
            let result = try await result(world)
            #expect(result.phase == .stopped && result.verdict == .stopped && result.errorOutput == nil)
            #expect(result.history.targets.map(\.chaosStatus) == ["reverted"])
            #expect(result.injections.map { $0.revertedAt == nil } == [false])
            #expect(try await world.entries().map(\.status) == [.aborted])
        }
    }

    @Test("an engine that is stopped takes its helper first, and that is an abort too")
    func stopped() async throws {
        try await run(.stays, env: ["TOTAL_CHAOS_DURATION": "60"]) { world, engine in
            async let code = world.runEngine(engine)
            try await world.cluster.waitFor(ChaosResult.self) {
                $0.first?.history.targets.first?.chaosStatus == "injected"
            }
            _ = try await world.cluster.patch(
                ChaosEngine.self, namespace: "shop", name: engine.name, .merge(["spec": ["engineState": "stop"]]))
            for pod in try await world.cluster.helpers() {
                try await world.cluster.delete(Pod.self, namespace: "shop", name: pod.name)
            }
            _ = await code
            let result = try await result(world)
            #expect(result.phase == .stopped && result.verdict == .stopped)
            #expect(try await world.entries().map(\.status) == [.aborted])
        }
    }

    @Test("a helper that somebody deletes is an error, not a pass with less chaos than asked for")
    func deleted() async throws {
        try await run(.stays, env: ["TOTAL_CHAOS_DURATION": "60"]) { world, engine in
            async let code = world.runEngine(engine)
            try await world.cluster.waitFor(ChaosResult.self) {
                $0.first?.history.targets.first?.chaosStatus == "injected"
            }
            for pod in try await world.cluster.helpers() {
                try await world.cluster.delete(Pod.self, namespace: "shop", name: pod.name)
            }
            _ = await code
            let result = try await result(world)
            #expect(result.verdict == .error && result.errorOutput?.code == "HELPER_POD_FAILED_ERROR")
            #expect(result.errorOutput?.reason.contains("was deleted before it was done") == true)
            #expect(result.history.targets.map(\.chaosStatus) == ["reverted"])
        }
    }

    @Test("the runner's own pod must be readable, and what is missing for that is told")
    func ownPod() async throws {
        try await run(.works()) { world, engine in
            world.cluster.onRequest { request in
                if request.verb == "get", request.resource == "pods", request.name == engine.runnerName {
                    throw Status.forbidden(Pod.type.gvr, name: engine.runnerName, "User \"sa\" cannot get")
                }
            }
            await world.runEngine(engine)
            let result = try await result(world)
            let helpers = try await world.cluster.helpers()
            #expect(result.errorOutput?.reason.contains("add the verb get on pods") == true)
            #expect(helpers.isEmpty)
        }
    }
}

// MARK: - Second lives

extension InjectionLifecycleTests {
    /// A helper as a former life of the experiment left it.
    private func makeHelper(_ world: World, _ engine: ChaosEngine, _ name: String) async throws {
        var pod = Pod(name: name, namespace: "shop")
        pod.metadata.labels = HelperContract.labels.merging(["chaosUID": engine.uid]) { $1 }
        let order = InjectionOrder(
            id: name, fault: Self.fault, steps: [],
            targets: [
                TargetReference(
                    node: "node-1", namespace: "shop", pod: "web", podUID: "u", container: "main", containerID: "c")
            ], durationMilliseconds: 60_000)
        pod.spec = [
            "nodeName": "node-1", "terminationGracePeriodSeconds": 5,
            "containers": [
                [
                    "name": "c", "image": "i",
                    "env": [["name": "LITMUS_ORDER", "value": .string(try order.variable)]],
                ]
            ],
        ]
        _ = try await world.cluster.create(pod)
    }

    private func openResult(_ world: World, labels: [String: String] = [:]) async throws {
        var result = ChaosResult(name: "nginx-chaos-pod-network-loss", namespace: "shop")
        result.metadata.labels = labels
        result.phase = .running
        result.verdict = .awaited
        _ = try await world.cluster.create(result)
    }

    private func createdHelpers(_ world: World) -> [String] {
        world.cluster.requests.filter { $0.verb == "create" && $0.resource == "pods" }.compactMap(\.name).filter {
            $0.contains("-helper-")
        }
    }

    @Test("a runner that is started again ends the helper that its former life left, and injects no second time")
    func restarted() async throws {
        try await run(.stays) { world, engine in
            try await openResult(world)
            try await EngineRecord(
                client: world.cluster, engine: engine, experiments: [Self.fault], time: .continuous
            ).write(0, pod: engine.runnerName, status: .running, verdict: "Awaited")
            try await makeHelper(world, engine, "pod-network-loss-helper-old-0")
            await world.runEngine(engine)
            try await noHelper(world)
            #expect(createdHelpers(world).count == 1)
            let result = try await result(world)
            #expect(result.verdict == .error && result.errorOutput?.reason.contains("restarted") == true)
            #expect(try await world.entries().allSatisfy { !$0.isOpen })
        }
    }

    private func makeJobPod(_ world: World) async throws -> Pod {
        var pod = Pod(name: "pod-network-loss-x-2", namespace: "shop")
        pod.metadata.labels = ["job-name": "pod-network-loss-x", "name": Self.fault]
        pod.spec = [
            "nodeName": "node-1",
            "containers": [
                ["name": "side", "image": "side"], ["name": "pod-network-loss-x", "image": "own/litmus:3"],
            ],
        ]
        return try await world.cluster.create(pod)
    }

    private func runJob(_ world: World, _ engine: ChaosEngine, _ pod: Pod) async -> Int32 {
        var environment = world.environment(engine)
        environment["POD_NAME"] = pod.name
        environment["EXPERIMENT_NAME"] = Self.fault
        environment["TOTAL_CHAOS_DURATION"] = "200ms"
        return await ChaosExperimentProcess.run(
            name: Self.fault, environment: environment, client: world.cluster, logger: World.quiet)
    }

    @Test("in a Job the helper is made after the Job's pod, but is none of the Job's")
    func job() async throws {
        try await run(.worksUntilSeen) { world, engine in
            let pod = try await makeJobPod(world)
            #expect(await runJob(world, engine, pod) == 0)
            let helper = try #require(try await world.cluster.helpers().first)
            #expect(helper.metadata.ownerReferences.map(\.uid) == [pod.uid])
            #expect(helper.metadata.labels["job-name"] == nil && helper.metadata.labels["name"] == Self.fault)
            #expect(helper.metadata.labels["chaosUID"] == engine.uid)
            #expect(helper.containers.first?.image == "own/litmus:3")
            let result = try await result(world)
            #expect(result.verdict == .pass && result.injections.map(\.effect) == [.confirmed])
            #expect(result.history.targets.map(\.chaosStatus) == ["reverted"])
        }
    }

    @Test("a second pod of a Job ends the helper of the first, and injects no second time")
    func secondPod() async throws {
        try await run(.stays) { world, engine in
            let pod = try await makeJobPod(world)
            try await openResult(world, labels: ["job-name": "pod-network-loss-x"])
            try await makeHelper(world, engine, "pod-network-loss-helper-old-0")
            #expect(await runJob(world, engine, pod) == 0)
            try await noHelper(world)
            #expect(createdHelpers(world).count == 1)
            #expect(try await result(world).errorOutput?.reason.contains("earlier pod") == true)
        }
    }
}
