import KubernetesAPI
import Testing

@testable import WorkloadControllers

@Suite struct ReplicaSetStepTests {
    private let now = Timestamp(microseconds: 1_000_000_000)

    private func step(_ pods: [Pod], replicas: Int = 3, spec: JSON = [:]) -> ReplicaSetStep {
        ReplicaSetStep(Fixture.workload(ReplicaSet.self, replicas: replicas, spec: spec), pods: pods, now: now)
    }

    @Test("what is missing is created; terminating and finished pods are missing")
    func creates() {
        var terminating = Fixture.readyPod("a")
        terminating.metadata.deletionTimestamp = now
        var failed = Fixture.readyPod("b")
        failed.json["status", "phase"] = "Failed"
        #expect(step([terminating, failed, Fixture.readyPod("c")]).action == .create(2))
        #expect(step([]).action == .create(3))
    }

    @Test("of too many, unscheduled go before pending, not ready, costly, recently ready ones")
    func deletes() {
        let old = Fixture.readyPod("old", since: Timestamp(microseconds: 0))
        let recent = Fixture.readyPod("recent", since: now)
        var costly = Fixture.readyPod("costly", since: now)
        costly.metadata.annotations = ["controller.kubernetes.io/pod-deletion-cost": "10"]
        var pending = Fixture.pod("pending", spec: ["nodeName": "n1"])
        pending.json["status", "phase"] = "Pending"
        let unscheduled = Fixture.pod("unscheduled")
        var notReady = Fixture.readyPod("not-ready")
        notReady.json["status", "conditions"] = .null
        let pods = [old, costly, recent, notReady, pending, unscheduled]
        guard case .delete(let victims) = step(pods, replicas: 0).action else {
            Issue.record("nothing is deleted")
            return
        }
        #expect(victims.map(\.name) == ["unscheduled", "pending", "not-ready", "recent", "old", "costly"])
        #expect(step(pods, replicas: 6).action == nil)
    }

    @Test("a pod is available once it was ready for minReadySeconds, and the controller comes back then")
    func availability() {
        let pods = [
            Fixture.readyPod("a", since: now + .seconds(-4)), Fixture.readyPod("b", since: now + .seconds(-20)),
        ]
        let step = step(pods, replicas: 2, spec: ["minReadySeconds": 10])
        #expect(step.status["readyReplicas"].int == 2)
        #expect(step.status["availableReplicas"].int == 1)
        #expect(step.nextAvailable == .seconds(6))
    }
}
