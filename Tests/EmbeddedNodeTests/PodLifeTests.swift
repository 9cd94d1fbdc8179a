import ContainerRuntime
import KubernetesAPI
import Testing

@testable import EmbeddedNode

@Suite("PodLife")
struct PodLifeTests {
    @Test("a bound pod gets its sandbox, then its containers, then is running and ready")
    func comingUp() {
        var stage = PodStage(makePod())
        #expect(stage.on(.changed(stage.life.pod)) == [.prepareSandbox])
        #expect(stage.status["phase"] == "Pending")
        #expect(stage.container.waiting["reason"] == "ContainerCreating")
        #expect(stage.on(.sandboxReady(address: "10.88.0.2")) == [start()])
        #expect(stage.run().isEmpty)
        #expect(stage.status["phase"] == "Running")
        #expect(stage.status["podIP"] == "10.88.0.2")
        #expect(stage.status["hostIP"] == "10.0.0.1")
        #expect(stage.container.containerID == "fake://app-0")
        #expect(stage.container.isReady)
        for type in ["PodScheduled", "Initialized", "ContainersReady", "Ready"] {
            #expect(stage.condition(type) == "True", "\(type)")
        }
    }

    @Test("init containers run one after the other before the containers")
    func initContainers() {
        let inits: JSON = [["name": "one", "image": "app"], ["name": "two", "image": "app"]]
        var stage = PodStage(makePod(spec: ["initContainers": inits]))
        #expect(stage.begin() == [start("one")])
        #expect(stage.container.waiting["reason"] == "PodInitializing")
        #expect(stage.run("one").isEmpty)
        #expect(stage.exit("one", code: 0) == [start("two")])
        #expect(stage.condition("Initialized") == "False")
        _ = stage.run("two")
        #expect(stage.exit("two", code: 0) == [start()])
        #expect(stage.condition("Initialized") == "True")
    }

    @Test("a failing init container ends a pod that never restarts, and is repeated in others")
    func failingInit() {
        let inits: JSON = [["name": "one", "image": "app"]]
        var never = PodStage(makePod(spec: ["initContainers": inits, "restartPolicy": "Never"]))
        never.begin()
        _ = never.run("one")
        #expect(never.exit("one", code: 3) == [.removeSandbox])
        #expect(never.status["phase"] == "Failed")
        var always = PodStage(makePod(spec: ["initContainers": inits]))
        always.begin()
        _ = always.run("one")
        #expect(always.exit("one", code: 3) == [start("one", 1)])
        #expect(always.status["phase"] == "Pending")
    }

    @Test("a sidecar starts before the containers and ends after them")
    func sidecar() {
        let inits: JSON = [["name": "proxy", "image": "app", "restartPolicy": "Always"]]
        var stage = PodStage(makePod(spec: ["initContainers": inits, "restartPolicy": "Never"]))
        #expect(stage.begin() == [start("proxy")])
        #expect(stage.run("proxy") == [start()])
        _ = stage.run()
        let proxy = ContainerRun(name: "proxy", attempt: 0)
        #expect(stage.exit(code: 0) == [.stop(proxy, grace: .seconds(30), runsHook: true)])
        #expect(stage.exit("proxy", code: 143) == [.removeSandbox])
        #expect(stage.status["phase"] == "Succeeded")
    }

    @Test("Always restarts at once, then after 10, 20, 40 seconds and never more than 5 minutes")
    func backOff() {
        var stage = PodStage(makePod())
        stage.begin()
        var delays: [Duration] = []
        for attempt in 0..<8 {
            _ = stage.run(attempt: attempt)
            let actions = stage.exit(attempt: attempt, code: 1)
            guard case .wake(let delay) = actions.first else {
                #expect(actions == [start("app", attempt + 1)])
                delays.append(.zero)
                continue
            }
            delays.append(delay)
            #expect(stage.container.waiting["reason"] == "CrashLoopBackOff")
            #expect(stage.status["phase"] == "Running")
            #expect(stage.on(.timer) == [.wake(after: delay)], "woken too early, it waits again")
            stage.now = stage.now + delay
            #expect(stage.on(.timer) == [start("app", attempt + 1)])
        }
        #expect(delays == [0, 10, 20, 40, 80, 160, 300, 300].map { .seconds($0) })
        #expect(stage.container.restartCount == 8)
        #expect(stage.container.json["lastState", "terminated", "exitCode"] == 1)
    }

    @Test("ten minutes without an end forget the back-off")
    func backOffReset() {
        var stage = PodStage(makePod())
        stage.begin()
        for attempt in 0..<3 {
            _ = stage.run(attempt: attempt)
            if stage.exit(attempt: attempt, code: 1) != [start("app", attempt + 1)] {
                stage.now = stage.now + .seconds(300)
                stage.on(.timer)
            }
        }
        _ = stage.run(attempt: 3)
        stage.now = stage.now + .seconds(600)
        #expect(stage.exit(attempt: 3, code: 1) == [start("app", 4)])
    }

    @Test(
        "the restart policy decides the phase of a pod whose containers ended",
        arguments: [
            ("Never", 0, "Succeeded"), ("Never", 1, "Failed"), ("OnFailure", 0, "Succeeded"), ("OnFailure", 1, nil),
            ("Always", 0, nil),
        ] as [(String, Int32, String?)])
    func policies(policy: String, code: Int32, phase: String?) {
        var stage = PodStage(makePod(spec: ["restartPolicy": .string(policy)]))
        stage.begin()
        _ = stage.run()
        let actions = stage.exit(code: code)
        #expect(actions == (phase == nil ? [start("app", 1)] : [.removeSandbox]))
        if let phase { #expect(stage.status["phase"].string == phase) }
        if phase == "Succeeded" {
            #expect(stage.condition("Ready") == "False")
            #expect(stage.condition("Initialized") == "True")
        }
    }

    @Test(
        "an end has its reason",
        arguments: [
            (0, false, "Completed", 0), (2, false, "Error", 2), (137, true, "OOMKilled", 137),
            (nil, false, "ContainerStatusUnknown", 137),
        ] as [(Int32?, Bool, String, Int)])
    func reasons(code: Int32?, outOfMemory: Bool, reason: String, shown: Int) {
        var stage = PodStage(makePod(spec: ["restartPolicy": "Never"]))
        stage.begin()
        _ = stage.run()
        _ = stage.exit(code: code, outOfMemory: outOfMemory, message: "last words")
        #expect(stage.container.terminated["reason"].string == reason)
        #expect(stage.container.terminated["exitCode"].int == shown)
        #expect(stage.container.terminated["message"] == "last words")
    }

    @Test("a container whose configuration is missing waits, and starts when the object comes")
    func missingConfiguration() {
        var stage = PodStage(makePod())
        stage.begin()
        let run = ContainerRun(name: "app", attempt: 0)
        let actions = stage.on(.failedToStart(run, .configuration("configmap \"a\" not found")))
        #expect(actions == [.wake(after: .seconds(10))])
        #expect(stage.container.waiting["reason"] == "CreateContainerConfigError")
        #expect(stage.status["phase"] == "Pending")
        #expect(stage.on(.dependenciesChanged) == [.refreshVolumes, start()])
        _ = stage.run()
        #expect(stage.container.restartCount == 0)
    }

    @Test("an image without a program waits for ever")
    func unknownImage() {
        var stage = PodStage(makePod())
        stage.begin()
        let failure = StartFailure(reason: "ErrImagePull", message: "no program", retry: .never)
        #expect(stage.on(.failedToStart(ContainerRun(name: "app", attempt: 0), failure)).isEmpty)
        stage.now = stage.now + .seconds(3600)
        #expect(stage.on(.timer).isEmpty)
        #expect(stage.on(.dependenciesChanged) == [.refreshVolumes])
        #expect(stage.container.waiting["message"] == "no program")
    }

    @Test("a program that cannot be executed counts as an end with 128")
    func cannotRun() {
        var stage = PodStage(makePod(spec: ["restartPolicy": "Never"]))
        stage.begin()
        let error = ContainerRuntimeError(reason: "ContainerCannotRun", message: "no such file")
        let failure = StartFailure(error)
        #expect(stage.on(.failedToStart(ContainerRun(name: "app", attempt: 0), failure)) == [.removeSandbox])
        #expect(stage.container.terminated["exitCode"] == 128)
        #expect(stage.container.terminated["reason"] == "ContainerCannotRun")
        #expect(stage.status["phase"] == "Failed")
    }

    @Test("a pod is Failed with DeadlineExceeded when its time is over")
    func deadline() {
        var stage = PodStage(makePod(spec: ["activeDeadlineSeconds": 5]))
        #expect(stage.on(.changed(stage.life.pod)) == [.wake(after: .seconds(5)), .prepareSandbox])
        stage.on(.sandboxReady(address: "10.88.0.2"))
        _ = stage.run()
        stage.now = stage.now + .seconds(5)
        let run = ContainerRun(name: "app", attempt: 0)
        #expect(stage.on(.timer) == [.stop(run, grace: .seconds(30), runsHook: true)])
        #expect(stage.exit(code: 143) == [.removeSandbox])
        #expect(stage.status["phase"] == "Failed")
        #expect(stage.status["reason"] == "DeadlineExceeded")
        #expect(stage.on(.sandboxRemoved).isEmpty, "the object stays until somebody deletes it")
    }

    @Test("quality of service follows requests and limits")
    func qualityOfService() {
        func pod(_ resources: JSON) -> Pod { makePod(containers: [["name": "app", "resources": resources]]) }
        #expect(QualityOfService.of(pod([:])) == "BestEffort")
        #expect(QualityOfService.of(pod(["requests": ["cpu": "1"]])) == "Burstable")
        let limits: JSON = ["cpu": "500m", "memory": "1Gi"]
        #expect(QualityOfService.of(pod(["limits": limits])) == "Guaranteed")
        #expect(QualityOfService.of(pod(["limits": limits, "requests": ["cpu": "0.5"]])) == "Guaranteed")
    }
}
