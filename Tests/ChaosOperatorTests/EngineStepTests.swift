import ChaosAPI
import KubernetesAPI
import Testing

@testable import ChaosOperator

@Suite struct EngineStepTests {
    @Test("a new engine is initialized, gets the finalizer and says so")
    func new() {
        let step = Fixture.step(Fixture.engine())
        #expect(step.change?.status == .initialized && step.change?.finalizer == true)
        #expect(step.events == [.engineInitialized])
    }

    @Test("an engine with other finalizers gets the operator's beside them")
    func otherFinalizers() throws {
        var engine = Fixture.engine { $0.metadata.finalizers = ["example.org/x"] }
        let change = try #require(Fixture.step(engine).change)
        change.apply(to: &engine, now: Fixture.now)
        #expect(engine.metadata.finalizers == ["example.org/x", ChaosEngine.finalizer])
        #expect(engine.engineStatus == .initialized)
    }

    @Test("an engine made with stop is stopped, with the reason, rather than left without a status")
    func createdStopped() {
        let step = Fixture.step(Fixture.engine(.stop))
        #expect(step.change?.status == .stopped && step.change?.reason == "NotStarted")
    }

    static let mistakes: [JSON] = [
        ["experiments": []], ["selectors": [:]], ["appinfo": ["applabel": ""]], ["chaosServiceAccount": ""],
    ]

    @Test("an engine that cannot be run ends at once, with reason, message and event", arguments: mistakes)
    func invalid(spec: JSON) {
        let step = Fixture.step(Fixture.engine(spec: spec))
        #expect(step.change?.status == .stopped && step.change?.state == .stop)
        #expect(step.change?.reason == "InvalidEngine" && step.change?.message.isEmpty == false)
        #expect(step.events == [.engineInvalid])
    }

    @Test("an initialized engine without runner gets one")
    func launch() {
        #expect(Fixture.step(Fixture.engine(.active, .initialized)).actions == [.createRunner])
    }

    @Test("a missing service account is named with the command that makes it, and waited for")
    func account() {
        let engine = Fixture.engine(.active, .initialized)
        let step = Fixture.step(engine, account: false)
        #expect(step.change?.reason == "ServiceAccountNotFound")
        #expect(step.change?.message.contains("'litmus rbac ENGINE.yaml | kubectl apply -f -'") == true)
        #expect(step.events == [.operationFailed] && step.requeue != nil)
        let later = Fixture.step(engine, account: false, at: .seconds(31))
        #expect(later.change?.status == .completed && later.change?.reason == "ServiceAccountNotFound")
    }

    @Test("a missing ChaosExperiment is waited for; then the runner reports it")
    func experiment() {
        let engine = Fixture.engine(.active, .initialized)
        let step = Fixture.step(engine, experiment: false)
        #expect(step.change?.reason == "ExperimentNotFound" && step.requeue == .seconds(30))
        #expect(Fixture.step(engine, experiment: false, at: .seconds(30)).actions == [.createRunner])
    }

    @Test("the same thing missing is said once")
    func saidOnce() throws {
        var engine = Fixture.engine(.active, .initialized)
        try #require(Fixture.step(engine, account: false).change).apply(to: &engine, now: Fixture.now)
        #expect(Fixture.step(engine, account: false).actions.isEmpty)
    }

    @Test("a running runner needs nothing; once it runs, what was waited for is forgotten")
    func running() {
        #expect(Fixture.step(Fixture.running(), pods: [Fixture.runner()]).actions.isEmpty)
        let engine = Fixture.running { $0.statusReason = "RunnerNotStarted" }
        #expect(Fixture.step(engine, pods: [Fixture.runner()]).change?.reason == "")
    }

    @Test("a runner made before the operator was killed is recognised")
    func recognised() {
        let step = Fixture.step(Fixture.engine(.active, .initialized), pods: [Fixture.runner()])
        #expect(step.change?.runnerUID == "runner-uid")
    }

    private let done = [
        Fixture.entry("pod-delete", .completed, "Pass"), Fixture.entry("pod-delete-2", .skipped, "Fail"),
    ]

    @Test("an ended runner completes the engine, sets stop and lets the engine be deleted freely")
    func completed() {
        let pod = Fixture.runner(container: Fixture.ended(0))
        let step = Fixture.step(Fixture.running(entries: done), pods: [pod])
        #expect(step.change?.status == .completed && step.change?.state == .stop && step.change?.finalizer == false)
        #expect(step.change?.reason == "")
        #expect(step.events == [.engineCompleted])
    }

    @Test("an injected container that keeps running does not hold up the completion")
    func sidecar() {
        let pod = Fixture.runner(container: Fixture.ended(0)) {
            $0.json["status", "containerStatuses"] = .array(
                ($0.json["status", "containerStatuses"].array ?? []) + [["name": "proxy", "state": ["running": [:]]]])
        }
        #expect(Fixture.step(Fixture.running(entries: done), pods: [pod]).change?.status == .completed)
    }

    @Test("a runner that ends with experiments open leaves no Awaited behind")
    func endedEarly() throws {
        var engine = Fixture.running(entries: [Fixture.entry("pod-delete", .running, "Awaited")])
        let step = Fixture.step(engine, pods: [Fixture.runner(container: Fixture.ended(0))])
        #expect(step.change?.reason == "RunnerEndedEarly" && step.events.contains(.runnerFailed))
        #expect(step.actions.first == .repairResults(.failed(try #require(step.change?.message))))
        try #require(step.change).apply(to: &engine, now: Fixture.now)
        #expect(engine.experimentStatuses.map(\.verdict) == ["Error", "Error"])
        #expect(engine.experimentStatuses.map(\.status) == [.completed, .skipped])
        #expect(engine.verdict == .error)
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        var title: String
        var pods: [Pod]
        var reason: String
        var says: String
        var testDescription: String { title }
    }

    static let failures: [Failure] = [
        Failure(title: "deleted", pods: [], reason: "RunnerVanished", says: "deleted"),
        Failure(
            title: "evicted",
            pods: [
                Fixture.runner(phase: "Failed") {
                    $0.json["status", "reason"] = "Evicted"
                    $0.json["status", "message"] = "low on memory"
                }
            ], reason: "RunnerFailed", says: "Evicted: low on memory"),
        Failure(
            title: "killed", pods: [Fixture.runner(phase: "Failed", container: Fixture.ended(137, "boom"))],
            reason: "RunnerFailed", says: "exit code 137: boom"),
    ]

    @Test("a runner that fails or vanishes ends the engine with the reason", arguments: failures)
    func failed(_ failure: Failure) {
        let step = Fixture.step(Fixture.running(), pods: failure.pods)
        #expect(step.change?.status == .completed && step.change?.state == .stop)
        #expect(step.change?.reason == failure.reason)
        #expect(step.change?.message.contains(failure.says) == true)
    }

    @Test("a runner that never ends on a node that died holds up its engine for a bounded time only")
    func deadNode() {
        let pod = Fixture.runner {
            $0.metadata.deletionTimestamp = Fixture.now
            $0.spec["nodeName"] = "node-1"
        }
        #expect(Fixture.step(Fixture.running(), pods: [pod], at: .seconds(120)).actions.isEmpty)
        let late = Fixture.step(Fixture.running(), pods: [pod], at: .seconds(121))
        #expect(late.change?.status == .completed && late.change?.reason == "RunnerVanished")
        #expect(late.change?.message.contains("node-1") == true)
        let engine = Fixture.running {
            $0.statusReason = "RunnerNotStarted"
            $0.statusMessage = "no image"
        }
        let known = Fixture.step(engine, pods: [pod], at: .seconds(121))
        #expect(known.change?.reason == "RunnerNotStarted" && known.change?.message.contains("no image") == true)
    }

    static let waits: [(JSON, Duration, Duration, Bool)] = [
        (["state": ["waiting": ["reason": "ContainerCreating"]]], .seconds(10), .seconds(170), false),
        (["state": ["waiting": ["reason": "ErrImagePull", "message": "no row"]]], .seconds(10), .seconds(50), true),
        (["state": ["waiting": ["reason": "CreateContainerConfigError"]]], .seconds(59), .seconds(1), true),
    ]

    @Test("a runner that does not start is given time, less when its image or configuration is wrong", arguments: waits)
    func starting(container: JSON, age: Duration, rest: Duration, isSaid: Bool) {
        let pod = Fixture.runner(phase: "Pending", container: container, age: age)
        let step = Fixture.step(Fixture.running(), pods: [pod])
        #expect(step.requeue == rest)
        #expect(step.actions.isEmpty != isSaid)
        let late = Fixture.step(Fixture.running(), pods: [pod], at: rest)
        #expect(late.change?.reason == "RunnerNotStarted" && late.deletedPods == ["e-runner"])
    }

    @Test("an unschedulable runner ends the engine with the scheduler's words, which outlast the pod")
    func unschedulable() throws {
        let pod = Fixture.runner(phase: "Pending", container: [:], age: .seconds(181)) {
            $0.json["status", "conditions"] = [
                ["type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"]
            ]
        }
        var engine = Fixture.running()
        let first = Fixture.step(engine, pods: [pod])
        #expect(first.deletedPods == ["e-runner"])
        try #require(first.change).apply(to: &engine, now: Fixture.now)
        let second = Fixture.step(engine)
        #expect(second.change?.status == .completed && second.change?.reason == "RunnerNotStarted")
        #expect(second.change?.message.contains("Unschedulable: 0/1 nodes") == true)
    }

    @Test("a runner that keeps crashing is given up with its last words")
    func crashing() {
        let pod = Fixture.runner(container: [
            "restartCount": 3, "state": ["waiting": ["reason": "CrashLoopBackOff"]],
            "lastState": ["terminated": ["exitCode": 1, "message": "may not get chaosengines"]],
        ])
        let step = Fixture.step(Fixture.running(), pods: [pod])
        #expect(step.change?.message.contains("may not get chaosengines") == true)
        #expect(step.deletedPods == ["e-runner"])
    }

    @Test("what still injects is ended before a failed engine is closed")
    func helpersFirst() {
        let failed = Fixture.runner(phase: "Failed")
        let step = Fixture.step(Fixture.running(), pods: [failed, Fixture.helper()])
        #expect(step.deletedPods == ["helper"] && step.change?.status == nil)
        #expect(Fixture.step(Fixture.running(), pods: [failed, Fixture.helper(ending: true)]).actions.isEmpty)
    }
}

@Suite struct EngineStopTests {
    @Test("an abort deletes jobs and pods, waits for them, then closes results and engine")
    func abort() throws {
        var engine = Fixture.running(.stop, entries: [Fixture.entry("pod-delete", .running, "Awaited")])
        let first = Fixture.step(engine, pods: [Fixture.runner(), Fixture.helper()])
        #expect(first.deletedPods == ["e-runner", "helper"] && first.change == nil && first.requeue != nil)
        let waiting = Fixture.step(engine, pods: [Fixture.helper(ending: true)])
        #expect(waiting.deletedPods == [] && waiting.change == nil)
        let last = Fixture.step(engine)
        #expect(last.actions.contains(.repairResults(.stopped)) && last.events == [.engineStopped])
        try #require(last.change).apply(to: &engine, now: Fixture.now)
        #expect(engine.engineStatus == .stopped && engine.metadata.finalizers.isEmpty)
        #expect(engine.experimentStatuses.first?.status == .aborted)
        #expect(engine.experimentStatuses.first?.verdict == "Stopped")
    }

    @Test("jobs are deleted too when they have no pod yet")
    func jobsWithoutPods() {
        #expect(Fixture.step(Fixture.running(.stop)).deletedPods == [])
    }

    @Test("a pod that never ends holds an engine up for a bounded time only, and is named")
    func stuck() {
        let step = Fixture.step(Fixture.running(.stop), pods: [Fixture.helper(ending: true)], at: .seconds(121))
        #expect(step.change?.status == .stopped && step.change?.reason == "PodsRemain")
        #expect(step.change?.message.contains("helper") == true)
    }

    @Test("a deleted engine is treated like an aborted one, whatever its state")
    func deletion() {
        let engine = Fixture.running { $0.metadata.deletionTimestamp = Fixture.now }
        #expect(Fixture.step(engine, pods: [Fixture.runner()]).deletedPods == ["e-runner"])
        #expect(Fixture.step(engine).change?.finalizer == false)
        let foreign = Fixture.engine {
            $0.metadata.deletionTimestamp = Fixture.now
            $0.metadata.finalizers = ["example.org/x"]
        }
        #expect(Fixture.step(foreign).actions.isEmpty)
    }

    static let policies: [(String, Set<String>?)] = [("retain", nil), ("delete", ["e-runner"])]

    @Test("a finished engine keeps its pods unless its policy says delete", arguments: policies)
    func cleanUp(policy: String, deleted: Set<String>?) {
        let engine = Fixture.engine(.stop, .completed, spec: ["jobCleanUpPolicy": .string(policy)])
        #expect(Fixture.step(engine, pods: [Fixture.runner(container: Fixture.ended(0))]).deletedPods == deleted)
    }

    @Test("a finished or stopped engine at rest stays as it is", arguments: [EngineStatus.completed, .stopped])
    func rest(status: EngineStatus) {
        #expect(Fixture.step(Fixture.engine(.stop, status)).actions.isEmpty)
    }

    @Test(
        "set to active again, an engine starts anew once the old pods are gone",
        arguments: [EngineStatus.completed, .stopped])
    func restart(status: EngineStatus) throws {
        var engine = Fixture.engine(.active, status) {
            $0.runnerUID = "runner-uid"
            $0.experimentStatuses = [Fixture.entry("pod-delete", .completed, "Pass")]
            $0.verdict = .pass
        }
        let first = Fixture.step(engine, pods: [Fixture.runner(container: Fixture.ended(0))])
        #expect(first.deletedPods == ["e-runner"] && first.change == nil)
        let second = Fixture.step(engine)
        #expect(second.events == [.restartInProgress, .engineInitialized])
        try #require(second.change).apply(to: &engine, now: Fixture.now)
        #expect(engine.experimentStatuses.isEmpty && engine.runnerUID.isEmpty && engine.verdict == nil)
        #expect(Fixture.step(engine).actions == [.createRunner])
    }
}

@Suite struct ResultRepairTests {
    private func open() -> ChaosResult {
        var result = ChaosResult(name: "r", namespace: "shop")
        result.phase = .running
        result.verdict = .awaited
        result.probeStatuses = [["name": "p", "status": ["verdict": "Awaited"]]]
        result.metadata.annotations = ["pod/web-0": "injected"]
        return result
    }

    @Test("an open result of a failed run ends as Error with the reason")
    func failed() {
        var result = open()
        #expect(ResultRepair.failed("the runner \"vanished\"").apply(to: &result))
        #expect(result.phase == .error && result.verdict == .error && result.probeSuccessPercentage == "0")
        #expect(result.errorOutput?.code == "GENERIC_ERROR")
        #expect(result.errorOutput?.reason == #"{"errorCode":"GENERIC_ERROR","reason":"the runner \"vanished\""}"#)
        #expect(result.probeStatuses.first?["status", "verdict"] == "N/A")
        #expect(result.history.targets.map(\.name) == ["web-0"])
    }

    @Test("an open result of an aborted run is Stopped, and counted once")
    func stopped() {
        var result = open()
        #expect(ResultRepair.stopped.apply(to: &result))
        #expect(!ResultRepair.stopped.apply(to: &result))
        #expect(result.verdict == .stopped && result.history.stoppedRuns == 1)
    }

    @Test("a result with a verdict is left alone")
    func closed() {
        var result = open()
        result.metadata.annotations = [:]
        result.phase = .completed
        result.verdict = .pass
        #expect(!ResultRepair.failed("x").apply(to: &result))
    }
}
