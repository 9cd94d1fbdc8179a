import ClusterTesting
import ControllerRuntime
import Injection
import KubernetesAPI
import Testing

@testable import ChaosHelper

@Suite(.timeLimit(.minutes(1))) struct PodTargetSourceTests {
    private let fixture = Fixture()
    private let clock = ManualClock()

    private var source: PodTargetSource {
        PodTargetSource(client: fixture.cluster, time: TimeSource(clock), logger: Fixture.quiet)
    }

    @Test("a target is the container that runs in its place now")
    func current() async throws {
        var target = try await fixture.makePod()
        try await fixture.set(id: "second")
        let current = try await source.current(target)
        target.containerID = "second"
        #expect(current == target)
    }

    @Test("a pod that is gone, or another of its name, is no target")
    func gone() async throws {
        let target = try await fixture.makePod()
        var other = target
        other.podUID = "of-a-predecessor"
        let replaced = await #expect(throws: InjectionError.self) { try await source.current(other) }
        #expect(replaced?.code == .helper && replaced?.reason == "the target pod web-0 is gone")
        try await fixture.cluster.delete(
            Pod.self, namespace: "shop", name: "web-0", options: DeleteOptions(gracePeriodSeconds: 0))
        let gone = await #expect(throws: InjectionError.self) { try await source.current(target) }
        #expect(gone?.reason == "the target pod web-0 is gone" && gone?.target == target)
    }

    @Test("a container that does not run is no target")
    func notRunning() async throws {
        let target = try await fixture.makePod()
        try await fixture.set(id: "first", ready: false, state: ["waiting": ["reason": "CrashLoopBackOff"]])
        let error = await #expect(throws: InjectionError.self) { try await source.current(target) }
        #expect(error?.code == .containerRuntime)
        #expect(error?.reason == "container main of pod web-0 does not run")
    }

    @Test("what keeps the pod from being read is told, with the permission that is missing")
    func unreadable() async throws {
        let target = try await fixture.makePod()
        fixture.cluster.onRequest { request in
            if request.verb == "get" { throw Status.forbidden(Pod.type.gvr, name: "web-0", "no get") }
        }
        let error = await #expect(throws: InjectionError.self) { try await source.current(target) }
        #expect(error?.reason.contains("unable to get the target pod: ") == true)
        #expect(error?.reason.contains("add the verb get on pods to the service account's role") == true)
    }

    @Test("a restart is over when another container runs and is ready")
    func restarted() async throws {
        let target = try await fixture.makePod()
        async let restarted = source.restarted(target, within: .seconds(60))
        await clock.waitForSleepers()
        try await fixture.set(id: "first", ready: false, state: ["terminated": ["exitCode": 137]])
        try await fixture.set(id: "second", ready: false)
        try await fixture.set(id: "second")
        #expect(try await restarted.containerID == "second")
    }

    @Test(
        "what is not back in time is told apart",
        arguments: [
            ("first", true, "container main is still the same"), ("second", false, "container main is not ready"),
        ])
    func late(id: String, ready: Bool, why: String) async throws {
        let target = try await fixture.makePod()
        try await fixture.set(id: id, ready: ready)
        let source = source
        let task = Task { try await source.restarted(target, within: .seconds(60)) }
        // The wait has begun to follow the pod, and its limit runs.
        while fixture.cluster.openWatches == 0 { await Task.yield() }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(60))
        let error = await #expect(throws: InjectionError.self) { try await task.value }
        #expect(error?.code == .inject && error?.reason == why)
    }

    @Test("a container that nothing starts again is not waited for")
    func never() async throws {
        let target = try await fixture.makePod(restartPolicy: "Never")
        let ended: JSON = ["terminated": ["exitCode": 137]]
        try await fixture.set(id: "first", ready: false, state: ended)
        let error = await #expect(throws: InjectionError.self) {
            try await source.restarted(target, within: .seconds(60))
        }
        #expect(error?.reason == "restartPolicy of the pod web-0 is Never")
        try await fixture.set(id: "first", ready: false, state: ended, phase: "Failed")
        let over = await #expect(throws: InjectionError.self) {
            try await source.restarted(target, within: .seconds(60))
        }
        #expect(over?.reason == "the pod web-0 is over (restartPolicy Never)")
    }

    @Test("a pod that is deleted meanwhile, or replaced by another of its name, is not waited for")
    func deleted() async throws {
        let target = try await fixture.makePod()
        let source = source
        let task = Task { try await source.restarted(target, within: .seconds(60)) }
        await clock.waitForSleepers()
        try await fixture.cluster.delete(
            Pod.self, namespace: "shop", name: "web-0", options: DeleteOptions(gracePeriodSeconds: 0))
        let error = await #expect(throws: InjectionError.self) { try await task.value }
        #expect(error?.reason == "the target pod web-0 is gone")
        _ = try await fixture.makePod()
        let replaced = await #expect(throws: InjectionError.self) {
            try await source.restarted(target, within: .seconds(60))
        }
        #expect(replaced?.reason == "the target pod web-0 is gone")
    }

    @Test("when pods may not be listed that is told, not that the pod is gone")
    func mayNotList() async throws {
        let target = try await fixture.makePod()
        fixture.cluster.onRequest { request in
            if request.verb == "list" { throw Status.forbidden(Pod.type.gvr, name: "", "no list") }
        }
        let error = await #expect(throws: InjectionError.self) {
            try await source.restarted(target, within: .seconds(60))
        }
        #expect(error?.reason.contains("add the verb list on pods") == true)
    }
}
