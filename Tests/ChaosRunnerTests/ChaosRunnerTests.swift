import ChaosAPI
import ClusterTesting
import ControllerRuntime
import FaultCatalog
import KubernetesAPI
import Synchronization
import Testing

@testable import ChaosRunner

@Suite(.timeLimit(.minutes(1))) struct ChaosRunnerTests {
    @Test("pod-delete hits pods, sees them replaced, and passes")
    func pass() async throws {
        try await World.run { world in
            let engine = try await world.engine(env: ["LITMUS_SEED": "42"])
            #expect(await world.runEngine(engine) == 0)
            let result = try await world.result()
            #expect(result.phase == .completed && result.verdict == .pass)
            #expect(result.probeSuccessPercentage == "100")
            #expect(result.history.passedRuns == 1 && result.history.failedRuns == 0)
            #expect(result.history.targets.map(\.name) == ["web"])
            #expect(result.history.targets.first?.kind == "deployment")
            #expect(result.seed == 42 && result.metadata.annotations["litmuschaos.io/seed"] == "42")
            #expect(result.metadata.labels["chaosUID"] == engine.uid)
            let entry = try #require(try await world.entries().first)
            #expect(entry.status == .completed && entry.verdict == "Pass" && entry.pod == "nginx-chaos-runner")
            #expect(try await world.deletedPods() >= 1)
        }
    }

    @Test("the events have the reasons, names and messages of Litmus")
    func events() async throws {
        try await World.run { world in
            let engine = try await world.engine(env: ["TOTAL_CHAOS_DURATION": "1s"])
            await world.runEngine(engine)
            let events = try await world.events()
            func message(_ reason: String, _ kind: String) -> String? {
                events.first { $0.reason == reason && $0.json["involvedObject", "kind"].string == kind }?.message
            }
            #expect(
                message("ExperimentDependencyCheck", "ChaosEngine")
                    == "Experiment resources validated for Chaos Experiment: pod-delete")
            #expect(message("PreChaosCheck", "ChaosEngine") == "Skipped the default checks")
            #expect(message("ChaosInject", "ChaosEngine") == "Injecting pod-delete chaos on application pod")
            #expect(message("PostChaosCheck", "ChaosEngine") == "Skipped the default checks")
            #expect(message("Summary", "ChaosEngine") == "pod-delete experiment has been Passed")
            #expect(message("Awaited", "ChaosResult") == "experiment: pod-delete, Result: Awaited")
            #expect(message("Pass", "ChaosResult") == "experiment: pod-delete, Result: Pass")
            let inject = try #require(events.first { $0.reason == "ChaosInject" })
            #expect(inject.name == "ChaosInjectpod-delete\(engine.uid)")
            #expect((inject.json["count"].int ?? 0) >= 2)
            #expect(events.allSatisfy { $0.severity == "Normal" })
        }
    }

    @Test("a probe that fails makes the verdict Fail, and is named")
    func fail() async throws {
        try await World.run { world in
            let engine = try await world.engine(
                probes: [World.probe(mode: "EOT", command: "echo down", expected: "up")])
            await world.runEngine(engine)
            let result = try await world.result()
            #expect(result.phase == .completedWithProbeFailure && result.verdict == .fail)
            #expect(result.probeSuccessPercentage == "0")
            #expect(result.probeStatuses.first?["status", "verdict"] == "Failed")
            #expect(result.history.failedRuns == 1)
            let entry = try #require(try await world.entries().first)
            #expect(entry.verdict == "Fail" && entry.reason.contains("probe check"))
        }
    }

    @Test("a probe with stopOnFailure before the chaos keeps it from happening")
    func stopBefore() async throws {
        try await World.run { world in
            let engine = try await world.engine(
                probes: [World.probe(mode: "SOT", command: "echo down", expected: "up", stopOnFailure: true)])
            await world.runEngine(engine)
            let result = try await world.result()
            #expect(result.phase == .stopped && result.verdict == .stopped)
            #expect(result.history.stoppedRuns == 1)
            #expect(try await world.deletedPods() == 0)
            let engineNow = try await world.cluster.get(ChaosEngine.self, namespace: "shop", name: engine.name)
            #expect(engineNow.desiredState == .stop)
        }
    }

    @Test("a background probe with stopOnFailure ends the chaos at once and stops the engine")
    func stopDuring() async throws {
        try await World.run { world in
            let engine = try await world.engine(
                experiments: ["pod-delete", "pod-delete"], env: ["TOTAL_CHAOS_DURATION": "60"],
                probes: [World.probe(mode: "Continuous", command: "echo down", expected: "up", stopOnFailure: true)])
            let duration = await ContinuousClock().measure { await world.runEngine(engine) }
            #expect(duration < .seconds(10))
            #expect(try await world.result().verdict == .stopped)
            let engineNow = try await world.cluster.get(ChaosEngine.self, namespace: "shop", name: engine.name)
            #expect(engineNow.desiredState == .stop)
            #expect(engineNow.experimentStatuses.map(\.status) == [.completed, .waiting])
        }
    }

    @Test("a probe that cannot be evaluated is an error with its code")
    func probeError() async throws {
        try await World.run { world in
            let engine = try await world.engine(
                probes: [World.probe(mode: "SOT", command: "exit 3", expected: "up")])
            await world.runEngine(engine)
            let result = try await world.result()
            #expect(result.phase == .error && result.verdict == .error)
            #expect(result.errorOutput?.code == "CMD_PROBE_ERROR")
            #expect(result.errorOutput?.reason.contains("\"phase\":\"PreChaos\"") == true)
        }
    }

    @Test("without a matching application the verdict is Error, with what was looked for")
    func noTargets() async throws {
        try await World.run { world in
            let engine = try await world.engine()
            await world.runEngine(engine, targets: "deployment:shop:[app=none]")
            let result = try await world.result()
            #expect(result.phase == .error && result.verdict == .error)
            #expect(result.errorOutput?.code == "TARGET_SELECTION_ERROR")
            #expect(result.errorOutput?.reason.contains("no target pods found") == true)
            #expect(result.history == ResultHistory())
            #expect(try await world.entries().first?.reason == "no target pods found")
            let summary = try #require(try await world.events().first { $0.reason == "Summary" })
            #expect(summary.severity == "Warning")
            #expect(summary.message == "experiment: pod-delete, Result: Error")
        }
    }

    @Test("a wrong tunable is an error before any chaos, and names the variable")
    func wrongTunable() async throws {
        try await World.run { world in
            let engine = try await world.engine(env: ["TOTAL_CHAOS_DURATION": "60x"])
            await world.runEngine(engine)
            #expect(try await world.result().errorOutput?.reason.contains("TOTAL_CHAOS_DURATION is '60x'") == true)
            #expect(try await world.deletedPods() == 0)
        }
    }

    @Test("pods that do not come back are an error within the status check timeout")
    func notReplaced() async throws {
        let cluster = NodeSwitch()
        try await World.run(outcome: { _ in cluster.isBroken ? .notReady : .ready }) { world in
            let engine = try await world.engine(spec: [:])
            try await world.cluster.amend(ChaosEngine.self, namespace: "shop", name: engine.name) {
                $0.json["spec", "experiments"] = .array(
                    ($0.json["spec", "experiments"].array ?? []).map {
                        var entry = $0
                        entry["spec", "components", "statusCheckTimeouts"] = ["timeout": 1]
                        return entry
                    })
                return true
            }
            cluster.isBroken = true
            await world.runEngine(engine)
            let result = try await world.result()
            #expect(result.verdict == .error && result.errorOutput?.code == "STATUS_CHECKS_ERROR")
            #expect(result.errorOutput?.reason.contains("not replaced within 1 s") == true)
            #expect(result.errorOutput?.reason.contains("kind: deployment, name: web") == true)
        }
    }

    @Test("an abort ends as Stopped, quickly, and says so")
    func abort() async throws {
        try await World.run { world in
            let engine = try await world.engine(env: ["TOTAL_CHAOS_DURATION": "100", "CHAOS_INTERVAL": "100"])
            let task = Task { await world.runEngine(engine) }
            try await world.cluster.waitFor(ChaosResult.self) { $0.first?.history.targets.isEmpty == false }
            let duration = await ContinuousClock().measure {
                task.cancel()
                _ = await task.value
            }
            #expect(duration < .seconds(2))
            let result = try await world.result()
            #expect(result.phase == .stopped && result.verdict == .stopped && result.history.stoppedRuns == 1)
            #expect(result.errorOutput == nil)
            #expect(try await world.entries().first?.status == .aborted)
            let events = try await world.events()
            #expect(events.contains { $0.reason == "Abort" && $0.message == "pod-delete experiment has been aborted" })
            #expect(
                events.contains { $0.reason == "Summary" && $0.message == "pod-delete experiment has been aborted" })
        }
    }

    @Test("from the runner's start to the first deletion there are few round trips")
    func latency() async throws {
        try await World.run { world in
            let engine = try await world.engine()
            let asked = Mutex<[String]>([])
            let client = ForbiddingClient(world.cluster) { verb, resource in
                asked.withLock { $0.append("\(verb) \(resource)") }
                return false
            }
            let begun = ContinuousClock().now
            async let run = ChaosRunner.run(
                environment: world.environment(engine), client: client, logger: World.quiet)
            try await world.cluster.waitFor(Pod.self, namespace: "shop") { pods in
                pods.contains { $0.metadata.isBeingDeleted } || pods.filter(\.isReady).count < 3
            }
            let elapsed = ContinuousClock().now - begun
            _ = await run
            let before = asked.withLock { $0 }.prefix { $0 != "delete pods" }.filter { !$0.hasSuffix(" events") }
                .sorted()
            #expect(
                before == [
                    "create chaosresults", "get chaosengines", "get chaosexperiments", "list pods", "list replicasets",
                    "patch chaosengines",
                ])
            // Two dependent reads, one write, one deletion: far below this even on a busy machine.
            #expect(elapsed < .seconds(2))
        }
    }

    @Test("an experiment listed twice runs twice and has two entries")
    func twice() async throws {
        try await World.run { world in
            let engine = try await world.engine(experiments: ["pod-delete", "pod-delete"])
            await world.runEngine(engine)
            let entries = try await world.entries()
            #expect(entries.map(\.verdict) == ["Pass", "Pass"])
            #expect(try await world.result().history.passedRuns == 2)
        }
    }

    @Test("a ChaosExperiment that does not exist is skipped with the reason, and the next one runs")
    func missingExperiment() async throws {
        try await World.run { world in
            let engine = try await world.engine(experiments: ["pod-vanish", "pod-delete"])
            await world.runEngine(engine)
            let entries = try await world.entries()
            #expect(entries.map(\.status) == [.notFound, .completed])
            #expect(entries.map(\.verdict) == ["Fail", "Pass"])
            #expect(entries[0].reason.contains("pod-vanish"))
            let event = try #require(try await world.events().first { $0.reason == "ExperimentNotFound" })
            #expect(event.message == "Experiment Job creation failed, skipping Chaos Experiment: pod-vanish")
        }
    }

    @Test("conflicting writes to the engine are repeated, nothing is lost")
    func conflicts() async throws {
        try await World.run { world in
            let engine = try await world.engine()
            let busy = Task {
                while !Task.isCancelled {
                    _ = try await world.cluster.patch(
                        ChaosEngine.self, namespace: "shop", name: engine.name,
                        .merge(["metadata": ["annotations": ["beat": .string("\(ContinuousClock().now)")]]]))
                    await Task.yield()
                }
            }
            await world.runEngine(engine)
            busy.cancel()
            _ = try? await busy.value
            #expect(try await world.entries().map(\.verdict) == ["Pass"])
        }
    }

    @Test("a missing permission is named in the result")
    func forbidden() async throws {
        try await World.run { world in
            let engine = try await world.engine()
            world.cluster.onRequest { request in
                if request.verb == "delete", request.resource == "pods", request.name?.hasPrefix("web-") == true {
                    throw Status.forbidden(Pod.type.gvr, name: request.name ?? "", "User \"sa\" cannot delete")
                }
            }
            await world.runEngine(engine)
            let output = try #require(try await world.result().errorOutput)
            #expect(output.code == "CHAOS_INJECT_ERROR" && output.reason.contains("add the verb delete on pods"))
        }
    }

    @Test("where pods may not be watched, they are listed instead")
    func noWatch() async throws {
        try await World.run { world in
            let engine = try await world.engine()
            let runner = ForbiddingClient(world.cluster) { verb, resource in verb == "watch" && resource == "pods" }
            let code = await ChaosRunner.run(
                environment: world.environment(engine), client: runner, logger: World.quiet)
            #expect(code == 0)
            #expect(try await world.result().verdict == .pass)
        }
    }

    @Test("the application's health is checked when the engine asks for it")
    func health() async throws {
        try await World.run { world in
            let engine = try await world.engine(spec: ["defaultHealthCheck": true])
            await world.runEngine(engine)
            let events = try await world.events()
            #expect(events.first { $0.reason == "PreChaosCheck" }?.message == "AUT: Running")
            #expect(try await world.result().verdict == .pass)
        }
    }

    @Test("an unhealthy application ends the experiment before any chaos")
    func unhealthy() async throws {
        try await World.run { world in
            let engine = try await world.engine(spec: ["defaultHealthCheck": true])
            let pod = try #require(try await world.cluster.list(Pod.self, namespace: "shop").first)
            try await world.cluster.setPod(pod.key, phase: "Running", ready: false)
            try await world.cluster.amend(ChaosEngine.self, namespace: "shop", name: engine.name) {
                $0.json["spec", "experiments"] = .array(
                    ($0.json["spec", "experiments"].array ?? []).map {
                        var entry = $0
                        entry["spec", "components", "statusCheckTimeouts"] = ["timeout": 1]
                        return entry
                    })
                return true
            }
            await world.runEngine(engine)
            let result = try await world.result()
            #expect(result.verdict == .error && result.errorOutput?.code == "STATUS_CHECKS_ERROR")
            #expect(try await world.deletedPods() == 0)
            let event = try #require(try await world.events().first { $0.reason == "PreChaosCheck" })
            #expect(event.message == "AUT: Not Running" && event.severity == "Warning")
        }
    }

    @Test("a run with the seed of an earlier one chooses in the same way")
    func seeds() async throws {
        func order(_ seed: String) async throws -> [String] {
            let world = World()
            for name in ["a", "b", "c", "d", "e"] {
                var pod = Pod(name: name, namespace: "shop")
                pod.metadata.labels = ["app": "web"]
                pod.spec = ["containers": [["name": "main"]]]
                _ = try await world.cluster.create(pod)
                try await world.cluster.setPod(pod.key, phase: "Running", ready: true)
            }
            let engine = try await world.engine(
                env: [
                    "LITMUS_SEED": seed, "TOTAL_CHAOS_DURATION": "0", "CHAOS_INTERVAL": "0", "SEQUENCE": "serial",
                    "PODS_AFFECTED_PERC": "60",
                ])
            await world.runEngine(engine, targets: "KIND:shop:[app=web]")
            return world.cluster.requests.filter { $0.verb == "delete" && $0.resource == "pods" }.compactMap(\.name)
        }
        let first = try await order("7")
        let second = try await order("7")
        #expect(first.count == 3 && first == second)
        var choices: Set<[String]> = []
        for seed in 1...6 { choices.insert(try await order(String(seed))) }
        #expect(choices.count > 1)
    }
}
