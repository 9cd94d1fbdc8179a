import ContainerRuntime
import KubernetesAPI
import Testing

@testable import EmbeddedNode

@Suite("PodLife deletion, probes and recovery")
struct PodDeletionTests {
    let run = ContainerRun(name: "app", attempt: 0)

    private func running(_ pod: Pod = makePod()) -> PodStage {
        var stage = PodStage(pod)
        stage.begin()
        _ = stage.run()
        return stage
    }

    private func deleted(_ pod: Pod, grace: Int) -> Pod {
        var pod = pod
        pod.metadata.deletionTimestamp = epoch
        pod.metadata.deletionGracePeriodSeconds = grace
        return pod
    }

    @Test("deletion stops the containers with their grace, removes the sandbox, then the object")
    func deletion() {
        var stage = running()
        let pod = deleted(stage.life.pod, grace: 7)
        #expect(stage.on(.changed(pod)) == [.stop(run, grace: .seconds(7), runsHook: true)])
        #expect(stage.on(.changed(pod)).isEmpty, "one stop is enough")
        #expect(stage.exit(code: 143) == [.removeSandbox])
        #expect(stage.on(.sandboxRemoved) == [.finish])
        #expect(stage.status["phase"] == "Failed")
        #expect(stage.life.isEnded)
    }

    @Test("a shorter grace is taken over, without the hook again")
    func shorterGrace() {
        var stage = running()
        stage.on(.changed(deleted(stage.life.pod, grace: 30)))
        let actions = stage.on(.changed(deleted(stage.life.pod, grace: 1)))
        #expect(actions == [.stop(run, grace: .seconds(1), runsHook: false)])
    }

    @Test("a pod whose object is gone is ended too, and nothing is written about it")
    func forceDeletion() {
        var stage = running()
        #expect(stage.on(.gone) == [.stop(run, grace: .seconds(1), runsHook: false)])
        #expect(stage.exit(code: 137) == [.removeSandbox])
        #expect(stage.on(.sandboxRemoved) == [.end])
    }

    @Test("a pod deleted while its sandbox is made, or a container starts, waits for that")
    func earlyDeletion() {
        var stage = PodStage(makePod())
        stage.on(.changed(stage.life.pod))
        #expect(stage.on(.changed(deleted(stage.life.pod, grace: 30))).isEmpty)
        #expect(stage.on(.sandboxReady(address: "10.88.0.2")) == [.removeSandbox])
        #expect(stage.on(.sandboxRemoved) == [.finish])

        var starting = PodStage(makePod())
        starting.begin()
        #expect(starting.on(.changed(deleted(starting.life.pod, grace: 30))).isEmpty)
        #expect(starting.run() == [.stop(run, grace: .seconds(30), runsHook: true)])
    }

    @Test("a sandbox that failed half-way is removed with its pod")
    func failedSandbox() {
        var stage = PodStage(makePod())
        stage.on(.changed(stage.life.pod))
        let actions = stage.on(.sandboxFailed(reason: "FailedMount", message: "no such secret"))
        #expect(actions == [.wake(after: .milliseconds(500))])
        #expect(stage.on(.changed(deleted(stage.life.pod, grace: 30))) == [.removeSandbox])
    }

    // MARK: Probes

    private func probed(_ probes: [String: JSON]) -> PodStage {
        var container: JSON = ["name": "app", "image": "app", "command": ["run"]]
        for (name, probe) in probes { container[name] = probe }
        return running(makePod(containers: [container]))
    }

    @Test("a readiness probe makes the pod ready and unready")
    func readiness() {
        var stage = probed(["readinessProbe": ["tcpSocket": ["port": 80]]])
        #expect(!stage.container.isReady)
        #expect(stage.condition("Ready") == "False")
        stage.on(.probed(run, .readiness, isPassing: true))
        #expect(stage.container.isReady)
        #expect(stage.condition("Ready") == "True")
        stage.on(.probed(run, .readiness, isPassing: false))
        #expect(!stage.container.isReady)
        #expect(stage.status["phase"] == "Running")
    }

    @Test("a startup probe holds back started and ready")
    func startup() {
        var stage = probed(["startupProbe": ["tcpSocket": ["port": 80]]])
        #expect(stage.container.json["started"] == false)
        #expect(!stage.container.isReady)
        stage.on(.probed(run, .startup, isPassing: true))
        #expect(stage.container.json["started"] == true)
        #expect(stage.container.isReady)
    }

    @Test("a failed liveness probe ends the container, and the restart policy starts it again")
    func liveness() {
        var stage = probed(["livenessProbe": ["tcpSocket": ["port": 80], "terminationGracePeriodSeconds": 2]])
        #expect(
            stage.on(.probed(run, .liveness, isPassing: false)) == [.stop(run, grace: .seconds(2), runsHook: true)])
        #expect(stage.exit(code: 143) == [start("app", 1)])
        #expect(stage.on(.probed(run, .liveness, isPassing: false)).isEmpty, "that run is over")
    }

    // MARK: A new life of the node

    private func recorded(policy: String, state: JSON, finished phase: String = "Running") -> Pod {
        var pod = makePod(spec: ["restartPolicy": .string(policy)])
        pod.json["status"] = [
            "phase": .string(phase), "podIP": "10.88.0.9",
            "containerStatuses": [
                ["name": "app", "restartCount": 2, "containerID": "fake://old", "state": state, "ready": true]
            ],
        ]
        return pod
    }

    @Test("a container of a former life is lost, and started again where the policy says so")
    func lostContainer() {
        let running: JSON = ["running": ["startedAt": "2023-11-14T22:00:00Z"]]
        var always = PodStage(recorded(policy: "Always", state: running))
        #expect(always.begin() == [start("app", 3)])
        let last = always.container.json["lastState", "terminated"]
        #expect(last["reason"] == "ContainerStatusUnknown")
        #expect(last["exitCode"] == 137)
        #expect(last["containerID"] == "fake://old")

        var never = PodStage(recorded(policy: "Never", state: running))
        #expect(never.on(.changed(never.life.pod)).isEmpty)
        #expect(never.status["phase"] == "Failed")
        #expect(never.container.terminated["reason"] == "ContainerStatusUnknown")
    }

    @Test("a pod that ended in a former life stays as it is")
    func finishedPod() {
        let state: JSON = ["terminated": ["exitCode": 0, "reason": "Completed"]]
        var stage = PodStage(recorded(policy: "Never", state: state, finished: "Succeeded"))
        #expect(stage.on(.changed(stage.life.pod)).isEmpty)
        #expect(stage.status["phase"] == "Succeeded")
        #expect(stage.on(.changed(deleted(stage.life.pod, grace: 0))) == [.finish])
    }
}
