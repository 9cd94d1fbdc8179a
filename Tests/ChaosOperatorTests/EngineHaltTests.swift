import ChaosAPI
import KubernetesAPI
import Testing

@testable import ChaosOperator

@Suite struct EngineHaltTests {
    private let halt = HaltState.inForce(Halt(reason: "incident 42", since: Fixture.now, by: "ann@desk"))

    @Test(
        "an engine that wants to start is refused for good, with who, when, why and what to do",
        arguments: [nil, EngineStatus.stopped, .completed])
    func refused(status: EngineStatus?) throws {
        var engine = Fixture.engine(.active, status) {
            $0.experimentStatuses = [Fixture.entry("pod-delete", .completed, "Pass")]
        }
        let step = Fixture.step(engine, halt: halt)
        #expect(step.events == [.halted])
        try #require(step.change).apply(to: &engine, now: Fixture.now)
        #expect(engine.desiredState == .stop && engine.engineStatus == .stopped && engine.statusReason == "Halted")
        #expect(engine.experimentStatuses.isEmpty && engine.metadata.finalizers.isEmpty)
        for part in ["not started", "incident 42", "ann@desk", "2023-11-14T22:13:20Z", "litmus resume", "active"] {
            #expect(engine.statusMessage.contains(part))
        }
        #expect(Fixture.step(engine, halt: halt).actions.isEmpty)
        #expect(Fixture.step(engine).actions.isEmpty, "and it does not start when the halt is lifted")
    }

    @Test("a running engine is aborted as by engineState stop, and says why at the end")
    func aborted() throws {
        var engine = Fixture.running(entries: [Fixture.entry("pod-delete", .running, "Awaited")])
        let first = Fixture.step(engine, pods: [Fixture.runner()], halt: halt)
        #expect(first.events == [.halted] && first.deletedPods == nil)
        try #require(first.change).apply(to: &engine, now: Fixture.now)
        #expect(engine.desiredState == .stop && engine.engineStatus == .initialized)
        let second = Fixture.step(engine, pods: [Fixture.runner(), Fixture.helper()], halt: halt)
        #expect(second.deletedPods == ["e-runner", "helper"] && second.change == nil)
        let last = Fixture.step(engine, halt: halt)
        #expect(last.actions.contains(.repairResults(.stopped)))
        try #require(last.change).apply(to: &engine, now: Fixture.now)
        #expect(engine.engineStatus == .stopped && engine.statusReason == "Halted")
        #expect(engine.statusMessage.hasPrefix("aborted, because chaos is halted"))
        #expect(engine.experimentStatuses.first?.verdict == "Stopped")
    }

    @Test("a halt that is lifted during the abort does not call the abort off")
    func liftedMeanwhile() throws {
        var engine = Fixture.running()
        try #require(Fixture.step(engine, pods: [Fixture.runner()], halt: halt).change).apply(
            to: &engine, now: Fixture.now)
        #expect(Fixture.step(engine, pods: [Fixture.runner()]).deletedPods == ["e-runner"])
        #expect(Fixture.step(engine).change?.status == .stopped)
    }

    @Test("an engine that still waits for what it needs is not started")
    func waiting() throws {
        var engine = Fixture.engine(.active, .initialized) { $0.statusReason = "ServiceAccountNotFound" }
        try #require(Fixture.step(engine, halt: halt).change).apply(to: &engine, now: Fixture.now)
        try #require(Fixture.step(engine, halt: halt).change).apply(to: &engine, now: Fixture.now)
        #expect(engine.engineStatus == .stopped && engine.statusReason == "Halted")
        #expect(engine.statusMessage.hasPrefix("not started"))
    }

    @Test("an engine whose runner has just ended keeps its verdict")
    func ended() {
        let done = [
            Fixture.entry("pod-delete", .completed, "Pass"), Fixture.entry("pod-delete-2", .completed, "Pass"),
        ]
        let pod = Fixture.runner(container: Fixture.ended(0))
        #expect(Fixture.step(Fixture.running(entries: done), pods: [pod], halt: halt).change?.status == .completed)
        let helped = Fixture.step(Fixture.running(entries: done), pods: [pod, Fixture.helper()], halt: halt)
        #expect(helped.change?.state == .stop && helped.events == [.halted], "but not while a helper still injects")
    }

    @Test("an abort of the user, a deletion and a finished engine go on as without a halt")
    func unconcerned() {
        let stopping = Fixture.running(.stop)
        #expect(Fixture.step(stopping, pods: [Fixture.runner()], halt: halt).deletedPods == ["e-runner"])
        #expect(Fixture.step(stopping, halt: halt).change?.reason == "")
        let deleted = Fixture.running { $0.metadata.deletionTimestamp = Fixture.now }
        #expect(Fixture.step(deleted, pods: [Fixture.runner()], halt: halt).deletedPods == ["e-runner"])
        #expect(Fixture.step(deleted, halt: halt).change?.finalizer == false)
        #expect(Fixture.step(Fixture.engine(.stop, .completed), halt: halt).actions.isEmpty)
    }

    @Test("a pod that does not end after a halt is named before the halt is")
    func stuck() {
        let engine = Fixture.running(.stop) {
            $0.statusReason = "Halted"
            $0.statusMessage = "aborted, because"
        }
        let step = Fixture.step(engine, pods: [Fixture.helper(ending: true)], halt: halt, at: .seconds(121))
        #expect(step.change?.reason == "PodsRemain")
        #expect(step.change?.message.contains("helper does not end") == true)
        #expect(step.change?.message.contains("aborted, because") == true)
    }

    @Test("where nobody may know of a halt nothing starts, the reason is said, and what runs goes on")
    func unreadable() throws {
        var engine = Fixture.engine(.active, .initialized)
        let step = Fixture.step(engine, halt: .unreadable("may not read"))
        #expect(step.change?.reason == "HaltUnreadable" && step.change?.message == "may not read")
        #expect(step.events == [.operationFailed] && step.requeue != nil)
        try #require(step.change).apply(to: &engine, now: Fixture.now)
        #expect(Fixture.step(engine, halt: .unreadable("may not read")).actions.isEmpty, "said once")
        let later = Fixture.step(engine, halt: .unreadable("may not read"), at: .seconds(31))
        #expect(later.change?.status == .completed && later.change?.reason == "HaltUnreadable")
        #expect(Fixture.step(engine).actions == [.createRunner], "the permission came")
        #expect(Fixture.step(Fixture.running(), pods: [Fixture.runner()], halt: .unreadable("x")).actions.isEmpty)
    }
}
