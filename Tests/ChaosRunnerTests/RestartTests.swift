import ChaosAPI
import ClusterTesting
import ControllerRuntime
import FaultCatalog
import KubernetesAPI
import Testing

@testable import ChaosRunner

/// A runner that dies and is started again.
@Suite(.timeLimit(.minutes(1))) struct RestartTests {
    @Test("a runner that is started again injects nothing twice and leaves nothing open")
    func restart() async throws {
        try await World.run { world in
            let engine = try await world.engine(
                experiments: ["pod-delete", "pod-delete"], env: ["INSTANCE_ID": "x"])
            var result = ChaosResult(name: "nginx-chaos-pod-delete-x", namespace: "shop")
            result.phase = .running
            result.verdict = .awaited
            _ = try await world.cluster.create(result)
            let record = EngineRecord(
                client: world.cluster, engine: engine, experiments: ["pod-delete", "pod-delete"], time: .continuous)
            try await record.write(0, pod: "nginx-chaos-runner", status: .running, verdict: "Awaited")
            try await record.write(1, pod: "nginx-chaos-runner", status: .completed, verdict: "Pass")
            await world.runEngine(engine)
            let ended = try await world.cluster.get(ChaosResult.self, namespace: "shop", name: result.name)
            #expect(ended.phase == .error && ended.verdict == .error)
            #expect(ended.errorOutput?.reason.contains("restarted") == true)
            #expect(try await world.deletedPods() == 0)
            let entries = try await world.entries()
            #expect(entries.map(\.verdict) == ["Error", "Pass"] && entries.allSatisfy { !$0.isOpen })
        }
    }

    @Test("a runner that is started again ends the helpers of its former life before it says so")
    func restartWithHelpers() async throws {
        try await World.run { world in
            let engine = try await world.engine()
            let record = EngineRecord(
                client: world.cluster, engine: engine, experiments: ["pod-delete"], time: .continuous)
            try await record.write(0, pod: "nginx-chaos-runner", status: .running, verdict: "Awaited")
            let name = "pod-delete-helper-abcdef-0"
            var helper = Pod(name: name, namespace: "shop")
            helper.metadata.labels = [ChaosLabel.engineUID: engine.uid, "app.kubernetes.io/component": "helper"]
            helper.metadata.finalizers = ["test/undoing"]
            helper.spec = ["containers": [["name": "helper", "image": "web"]]]
            _ = try await world.cluster.create(helper)
            let running = Task { await world.runEngine(engine) }
            try await world.cluster.waitFor(Pod.self, namespace: "shop") { pods in
                pods.contains { $0.name == name && $0.metadata.isBeingDeleted }
            }
            #expect(try await world.entries().allSatisfy(\.isOpen), "the helper has not undone it yet")
            _ = try await world.cluster.patch(
                Pod.self, namespace: "shop", name: name, .merge(["metadata": ["finalizers": []]]))
            _ = await running.value
            #expect(try await world.entries().map(\.verdict) == ["Error"])
            #expect(try await world.cluster.find(Pod.self, namespace: "shop", name: name) == nil)
        }
    }

    @Test("a runner that is killed after any of its writes is ended by the next one, without a second injection")
    func killedAnywhere() async throws {
        for writes in 1...9 {
            try await World.run { world in
                let engine = try await world.engine(env: ["TOTAL_CHAOS_DURATION": "0"])
                let mortal = MortalClient(world.cluster, writes: writes)
                _ = await ChaosRunner.run(
                    environment: world.environment(engine), client: mortal, logger: World.quiet)
                let before = try await world.deletedPods()
                await world.runEngine(engine)
                let after = try await world.deletedPods()
                let entries = try await world.entries()
                let result = try await world.result()
                #expect(before == 0 || after == before, "injected twice after \(writes) writes")
                #expect(entries.count == 1 && !entries.contains { $0.isOpen }, "open after \(writes) writes")
                #expect(!result.isOpen, "open after \(writes) writes")
                let runs = result.history.passedRuns + result.history.failedRuns + result.history.stoppedRuns
                #expect(runs <= 1)
            }
        }
    }
}
