import ChaosAPI
import ClusterTesting
import FaultCatalog
import KubernetesAPI
import Testing

@testable import ChaosRunner

/// Experiments in Jobs of their own, their pods played by tasks of the test.
@Suite(.timeLimit(.minutes(1))) struct JobLifecycleTests {
    /// What becomes of the experiment's pod.
    enum Fate: Sendable { case runs, crashes, neverStarts, isDeleted }

    private func run(
        _ fate: Fate, spec: JSON = [:], _ check: @escaping @Sendable (World, ChaosEngine) async throws -> Void
    ) async throws {
        let outcome: @Sendable (Pod) -> FakeNode.Outcome = { pod in
            guard pod.metadata.labels["job-name"] != nil else { return .ready }
            switch fate {
            case .runs, .isDeleted: return .ready
            case .crashes: return .fails(exitCode: 2)
            case .neverStarts: return .nothing
            }
        }
        try await World.run(outcome: outcome) { world in
            let engine = try await world.engine(spec: spec) { experiment in
                experiment.definition.json["image"] = "example.org/own:1"
            }
            try await world.cluster.amend(ChaosEngine.self, namespace: "shop", name: engine.name) {
                $0.json["spec", "experiments"] = .array(
                    ($0.json["spec", "experiments"].array ?? []).map {
                        var entry = $0
                        if fate == .neverStarts { entry["spec", "components", "statusCheckTimeouts"] = ["timeout": 1] }
                        return entry
                    })
                return true
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await play(fate, world) }
                await world.runEngine(engine)
                try await check(world, engine)
                group.cancelAll()
            }
        }
    }

    private func play(_ fate: Fate, _ world: World) async throws {
        guard fate == .runs || fate == .isDeleted else { return }
        let pods = try await world.cluster.waitFor(Pod.self) {
            $0.contains { $0.metadata.labels["job-name"] != nil && $0.phase == "Running" }
        }
        guard let pod = pods.first(where: { $0.metadata.labels["job-name"] != nil }) else { return }
        if fate == .isDeleted {
            try await world.cluster.waitFor(ChaosEngine.self) { $0.first?.experimentStatuses.first?.pod == pod.name }
            try await world.cluster.delete(
                Job.self, namespace: "shop", name: pod.metadata.labels["job-name"] ?? "",
                options: DeleteOptions(propagationPolicy: .background))
            return
        }
        let env = pod.containers.first?.json["env"].array ?? []
        var environment = Dictionary(
            env.map { ($0["name"].string ?? "", $0["value"].string ?? "") }, uniquingKeysWith: { $1 })
        environment["POD_NAME"] = pod.name
        let code = await ChaosExperimentProcess.run(
            name: "pod-delete", environment: environment, client: world.cluster, logger: World.quiet)
        try await world.cluster.setPod(pod.key, phase: "Succeeded", ready: false, exitCode: Int(code))
    }

    @Test("an experiment with an image of its own runs in a job, to the same verdict")
    func pass() async throws {
        try await run(.runs, spec: ["jobCleanUpPolicy": "delete"]) { world, engine in
            let result = try await world.result()
            #expect(result.verdict == .pass && result.metadata.labels["chaosUID"] == engine.uid)
            let entry = try #require(try await world.entries().first)
            #expect(entry.verdict == "Pass" && entry.pod.hasPrefix("pod-delete-") && entry.job.hasPrefix("pod-delete-"))
            let events = try await world.events()
            #expect(
                events.contains { $0.message == "Experiment Job \(entry.job) for Chaos Experiment: pod-delete" })
            #expect(events.contains { $0.message == "Experiment Job: \(entry.job) will be deleted" })
            try await world.cluster.waitFor(Job.self) { $0.isEmpty }
        }
    }

    @Test("a crashed experiment ends as Error with its exit code, and is not tried again")
    func crash() async throws {
        try await run(.crashes) { world, _ in
            let result = try await world.result()
            #expect(result.phase == .error && result.errorOutput?.reason.contains("exit code 2") == true)
            #expect(try await world.entries().first?.verdict == "Error")
            let jobs = try await world.cluster.list(Job.self, namespace: "shop")
            #expect(jobs.count == 1)
        }
    }

    @Test("an experiment whose pod never starts is skipped with the reason, and its job removed")
    func neverStarts() async throws {
        try await run(.neverStarts) { world, _ in
            let entry = try #require(try await world.entries().first)
            #expect(entry.status == .skipped && entry.verdict == "Fail")
            #expect(entry.reason.contains("chaos pod is in Pending state"))
            try await world.cluster.waitFor(Job.self) { $0.isEmpty }
            #expect(try await world.events().contains { $0.reason == "ChaosContainerWatchNotPermitted" })
        }
    }

    @Test("a job that somebody deletes ends its experiment")
    func deleted() async throws {
        try await run(.isDeleted) { world, _ in
            let result = try await world.result()
            let entries = try await world.entries()
            #expect(result.verdict == .error && entries.map(\.verdict) == ["Error"])
        }
    }

    @Test("a second pod of the same job does not inject again")
    func secondPod() async throws {
        try await World.run { world in
            let engine = try await world.engine()
            var pod = Pod(name: "pod-delete-x-2", namespace: "shop")
            pod.metadata.labels = ["job-name": "pod-delete-x"]
            pod.spec = ["containers": [["name": "c", "image": "i"]]]
            _ = try await world.cluster.create(pod)
            var result = ChaosResult(name: "nginx-chaos-pod-delete", namespace: "shop")
            result.metadata.labels = ["job-name": "pod-delete-x"]
            result.phase = .running
            result.verdict = .awaited
            _ = try await world.cluster.create(result)
            var environment = world.environment(engine)
            environment["POD_NAME"] = pod.name
            let code = await ChaosExperimentProcess.run(
                name: "pod-delete", environment: environment, client: world.cluster, logger: World.quiet)
            #expect(code == 0)
            #expect(try await world.result().errorOutput?.reason.contains("earlier pod") == true)
            #expect(try await world.deletedPods() == 0)
        }
    }

    @Test("a fault that this program does not have is an error that names those it has")
    func unknownFault() async throws {
        try await World.run { world in
            let engine = try await world.engine()
            var environment = world.environment(engine)
            environment["EXPERIMENT_NAME"] = "disk-fill"
            _ = await ChaosExperimentProcess.run(
                name: "disk-fill", environment: environment, client: world.cluster, logger: World.quiet)
            let result = try await world.result("disk-fill")
            #expect(result.verdict == .error)
            #expect(result.errorOutput?.reason.contains("known are: pod-delete") == true)
        }
    }
}
