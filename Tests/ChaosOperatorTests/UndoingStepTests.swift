import ChaosAPI
import KubernetesAPI
import Testing

@testable import ChaosOperator

extension Fixture {
    /// A helper's pod as an installation without watchdogs makes it.
    static func keptHelper(
        _ phase: String = "Running", report: String? = "{\"state\":\"injected\"}", status: JSON = [:],
        deleted: Duration? = nil, isForAgent: Bool = false
    ) -> Pod {
        var pod = helper()
        pod.metadata.finalizers = [HelperContract.finalizer]
        if let report { pod.metadata.annotations[HelperContract.reportAnnotation] = report }
        if let deleted { pod.metadata.deletionTimestamp = now + (.zero - deleted) }
        if isForAgent {
            pod.metadata.labels[HelperContract.nodeLabel] = "node-1"
            pod.metadata.annotations[HelperContract.nodeAnnotation] = "node-1"
            pod.spec["schedulerName"] = .string(HelperContract.nodeAgentScheduler)
        } else {
            pod.spec["nodeName"] = "node-1"
        }
        pod.json["status"] = status.merging(patch: ["phase": .string(phase)])
        return pod
    }

    static func container(_ state: JSON) -> JSON { ["containerStatuses": [["name": "h", "state": state]]] }
}

@Suite struct UndoingStepTests {
    /// What is done, in short: events as `+` and `!`.
    private static func short(
        _ helper: Pod, revert: Pod? = nil, node: UndoingObservation.NodeState = .ready
    ) -> (text: String, requeue: Duration?) {
        let step = UndoingStep(UndoingObservation(helper: helper, revert: revert, node: node, now: Fixture.now))
        let words = step.actions.map { action in
            switch action {
            case .event(_, let warning, _): warning ? "!" : "+"
            case .createRevert: "create"
            case .deleteRevert: "delete"
            case .release: "release"
            }
        }
        return (words.joined(separator: " "), step.requeue)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var title: String
        var helper: Pod
        var node = UndoingObservation.NodeState.ready
        var does: String
        var requeue: Duration?
        var testDescription: String { title }
    }

    private static let terminated = Fixture.container(["terminated": ["exitCode": 137]])
    private static let waiting = Fixture.container(["waiting": ["reason": "ImagePullBackOff"]])
    private static let creating = Fixture.container(["waiting": ["reason": "ContainerCreating"]])

    static let cases = [
        Case(title: "at work", helper: Fixture.keptHelper(), does: ""),
        Case(title: "reverted", helper: Fixture.keptHelper(report: "{\"state\":\"reverted\"}"), does: "release"),
        Case(
            title: "failed, nothing left",
            helper: Fixture.keptHelper("Failed", report: "{\"state\":\"failed\",\"isUndone\":true}"), does: "release"),
        Case(
            title: "failed to undo", helper: Fixture.keptHelper("Failed", report: "{\"state\":\"failed\"}"),
            does: "! create", requeue: .seconds(15)),
        Case(
            title: "evicted", helper: Fixture.keptHelper("Failed", status: ["reason": "Evicted"]),
            does: "! create", requeue: .seconds(15)),
        Case(
            title: "evicted before its first word",
            helper: Fixture.keptHelper("Failed", report: nil, status: ["reason": "Evicted"]), does: "! create",
            requeue: .seconds(15)),
        Case(
            title: "not admitted by its node",
            helper: Fixture.keptHelper("Failed", report: nil, status: ["reason": "OutOfpods"]), does: "release"),
        Case(
            title: "killed, still called running by an old kubelet",
            helper: Fixture.keptHelper(status: terminated, deleted: .seconds(1)), does: "! create",
            requeue: .seconds(15)),
        Case(
            title: "told to go, has its grace period", helper: Fixture.keptHelper(deleted: .seconds(-20)), does: "",
            requeue: .seconds(30)),
        Case(
            title: "told to go, and its node is silent", helper: Fixture.keptHelper(deleted: .seconds(10)),
            node: .notReady, does: "! create", requeue: .seconds(15)),
        Case(
            title: "never got its image",
            helper: Fixture.keptHelper("Pending", report: nil, status: waiting, deleted: .zero), does: "release"),
        Case(
            title: "may be starting in this moment",
            helper: Fixture.keptHelper("Pending", report: nil, status: creating, deleted: .zero), does: "",
            requeue: .seconds(10)),
        Case(
            title: "ended before its container began",
            helper: Fixture.keptHelper("Failed", report: nil, status: creating, deleted: .zero), does: "release"),
        Case(
            title: "its node left the cluster", helper: Fixture.keptHelper(deleted: .zero), node: .gone,
            does: "+ release"),
        Case(
            title: "an order that no agent took",
            helper: Fixture.keptHelper("Pending", report: nil, deleted: .zero, isForAgent: true), does: "release"),
        Case(
            title: "an order whose agent has time to undo it",
            helper: Fixture.keptHelper(deleted: .seconds(29), isForAgent: true), does: "", requeue: .seconds(1)),
        Case(
            title: "an order whose agent does not come back",
            helper: Fixture.keptHelper(deleted: .seconds(30), isForAgent: true), does: "! create",
            requeue: .seconds(15)),
    ]

    @Test("what a helper's pod shows decides whether it may go, and who undoes", arguments: cases)
    func step(_ expected: Case) {
        let found = Self.short(expected.helper, node: expected.node)
        #expect(found.text == expected.does && found.requeue == expected.requeue)
    }

    private static let lost = Fixture.keptHelper("Failed", status: ["reason": "Evicted"])

    private static func revert(_ phase: String, _ status: JSON = [:]) -> Pod {
        var pod = RevertPod.make(
            for: lost, node: "node-1", image: "litmus:1", namespace: "litmus", platform: PlatformSettings())
        pod.json["status"] = status.merging(patch: ["phase": .string(phase)])
        return pod
    }

    @Test("without the installation's image no revert pod is made, and that is said")
    func noImage() throws {
        let step = UndoingStep(
            UndoingObservation(helper: Self.lost, node: .ready, now: Fixture.now, hasImage: false))
        guard case .event(.helperLost, true, let text)? = step.actions.first, step.actions.count == 1 else {
            Issue.record("\(step)")
            return
        }
        #expect(text.contains("names no image: run 'litmus revert' on node node-1"))
    }

    @Test("a helper on a node is not believed to be an order for the agent of another")
    func forged() {
        var pod = Fixture.keptHelper(isForAgent: true)
        #expect(HelperPodState(pod).isForNodeAgent && HelperPodState(pod).node == "node-1")
        pod.spec["nodeName"] = "node-2"
        #expect(!HelperPodState(pod).isForNodeAgent && HelperPodState(pod).node == "node-2")
        pod = Fixture.keptHelper(isForAgent: true)
        pod.metadata.annotations[HelperContract.nodeAnnotation] = "node-2"
        #expect(!HelperPodState(pod).isForNodeAgent && HelperPodState(pod).node == "")
        pod = Fixture.keptHelper(isForAgent: true)
        pod.spec["schedulerName"] = "default-scheduler"
        #expect(!HelperPodState(pod).isForNodeAgent)
    }

    @Test("a revert pod is followed to its end, and what keeps it is told")
    func following() {
        let (lost, revert) = (Self.lost, Self.revert)
        #expect(Self.short(lost, revert: revert("Pending", [:])).text == "")
        #expect(Self.short(lost, revert: revert("Pending", [:]), node: .notReady).text == "!")
        let failing: JSON = [
            "containerStatuses": [["lastState": ["terminated": ["exitCode": 2, "message": "not undone: disk"]]]]
        ]
        #expect(Self.short(lost, revert: revert("Running", failing)).text == "!")
        #expect(Self.short(lost, revert: revert("Failed", ["reason": "Evicted"])).text == "! delete")
        #expect(Self.short(lost, revert: revert("Succeeded", [:])).text == "+ release delete")
        // Killed after the helper was let go.
        var free = lost
        free.metadata.finalizers = []
        #expect(Self.short(free, revert: revert("Succeeded", [:])).text == "delete")
        #expect(Self.short(free, revert: revert("Running", [:])).text == "")
    }

    @Test(
        "revert pods that fail follow each other after growing pauses",
        arguments: [
            (Duration.seconds(1), Duration.seconds(2)), (.seconds(40), .seconds(40)), (.seconds(4000), .seconds(300)),
        ])
    func pauses(lostBefore: Duration, pause: Duration) {
        var lost = Self.lost
        lost.metadata.deletionTimestamp = Fixture.now + (.zero - lostBefore)
        var revert = Self.revert("Failed", ["reason": "OutOfpods"])
        revert.metadata.creationTimestamp = Fixture.now
        let first = Self.short(lost, revert: revert)
        #expect(first.text == "!" && first.requeue == pause)
        lost.metadata.deletionTimestamp = Fixture.now + (.zero - lostBefore - pause)
        revert.metadata.creationTimestamp = Fixture.now + (.zero - pause)
        #expect(Self.short(lost, revert: revert).text == "! delete")
    }

    @Test("a revert pod has the node and nothing of the cluster")
    func pod() {
        var platform = PlatformSettings()
        platform.imagePullSecrets = ["registry"]
        let pod = RevertPod.make(
            for: Self.lost, node: "node-1", image: "registry.example/litmus:1", namespace: "litmus", platform: platform)
        #expect(pod.name == "helper-revert-helper-u" && pod.namespace == "litmus" && pod.nodeName == "node-1")
        #expect(pod.containers.first?.command == ["litmus", "revert", "--lost", "--order", "shop/helper"])
        #expect(pod.containers.first?.image == "registry.example/litmus:1")
        #expect(pod.containers.first?.json["securityContext", "privileged"] == true)
        #expect(pod.spec["automountServiceAccountToken"] == false && pod.spec["hostPID"] == true)
        #expect(pod.spec["imagePullSecrets"] == [["name": "registry"]])
        #expect(pod.spec["priorityClassName"] == "system-node-critical")
        #expect(pod.metadata.labels["chaosUID"] == nil)
    }
}

// MARK: - Engines

extension UndoingStepTests {
    private static func runner(finishedAgo: Duration) -> Pod {
        var end = Fixture.ended(0)
        end["state", "terminated", "finishedAt"] = .string((Fixture.now + (.zero - finishedAgo)).description)
        return Fixture.runner(phase: "Succeeded", container: end)
    }

    private static let engine = Fixture.running(entries: [
        Fixture.entry("pod-delete", .completed, "Error"), Fixture.entry("pod-delete-2", .completed, "Pass"),
    ])

    @Test("an engine is completed when what a lost helper left is undone, and says that it waits")
    func complete() {
        let pods = [Self.runner(finishedAgo: .seconds(5)), Self.lost]
        let step = Fixture.step(Self.engine, pods: pods)
        #expect(step.change?.status == nil && step.change?.reason == "UndoingChaos" && step.requeue != nil)
        #expect(step.change?.message.contains("node node-1") == true)
        var free = Self.lost
        free.metadata.finalizers = []
        let end = Fixture.step(Self.engine, pods: [Self.runner(finishedAgo: .seconds(5)), free])
        #expect(end.change?.status == .completed && end.change?.reason == "")
    }

    @Test("after the time that an abort may take it is completed nevertheless, with what is left")
    func givenUp() {
        let step = Fixture.step(Self.engine, pods: [Self.runner(finishedAgo: .seconds(121)), Self.lost])
        #expect(step.change?.status == .completed && step.change?.reason == "PodsRemain")
        #expect(step.change?.message.contains("run 'litmus revert' there") == true)
    }

    @Test("without a runner's pod the time counts from the end of the helper, which is brought about if need be")
    func runnerGone() {
        var engine = Self.engine
        engine.statusReason = "UndoingChaos"
        let first = Fixture.step(engine, pods: [Self.lost])
        #expect(first.change?.status == nil && first.deletedPods == ["helper"])
        var deleted = Self.lost
        deleted.metadata.deletionTimestamp = Fixture.now
        var ended = Self.lost
        ended.json["status"] = Fixture.container(
            ["terminated": ["exitCode": 137, "finishedAt": .string(Fixture.now.description)]]
        ).merging(patch: ["phase": "Failed"])
        for helper in [deleted, ended] {
            let waiting = Fixture.step(engine, pods: [helper], at: .seconds(120))
            #expect(waiting.change?.status == nil && waiting.deletedPods == nil && waiting.requeue != nil)
            let late = Fixture.step(engine, pods: [helper], at: .seconds(121))
            #expect(late.change?.status == .completed && late.change?.reason == "PodsRemain")
        }
    }

    @Test("an abort waits for a lost helper, and says so")
    func stop() {
        var lost = Self.lost
        lost.metadata.deletionTimestamp = Fixture.now
        let step = Fixture.step(Fixture.running(.stop), pods: [lost])
        #expect(step.change?.status == nil && step.change?.reason == "UndoingChaos")
        let late = Fixture.step(Fixture.running(.stop), pods: [lost], at: .seconds(121))
        #expect(late.change?.status == .stopped && late.change?.reason == "PodsRemain")
    }

    @Test("a failed engine waits for a lost helper as for one at work, but not for ever")
    func fail() {
        let runner = Fixture.runner(phase: "Failed", container: Fixture.ended(1, "boom"))
        let first = Fixture.step(Fixture.running(), pods: [runner, Self.lost])
        #expect(first.deletedPods == ["helper"] && first.change?.status == nil)
        var lost = Self.lost
        lost.metadata.deletionTimestamp = Fixture.now
        #expect(Fixture.step(Fixture.running(), pods: [runner, lost]).actions.isEmpty)
        let late = Fixture.step(Fixture.running(), pods: [runner, lost], at: .seconds(121))
        #expect(late.change?.status == .completed && late.change?.reason == "RunnerFailed")
        #expect(late.change?.message.contains("may still be in force") == true)
    }
}
