import ClusterTesting
import KubernetesAPI
import Synchronization
import Testing

@testable import WorkloadControllers

@Suite(.timeLimit(.minutes(1))) struct WorkloadTests {
    @Test("a deployment gets its pods, tells so, and replaces one that is deleted")
    func deployment() async throws {
        let cluster = InMemoryCluster()
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            _ = try await cluster.create(Fixture.workload(Deployment.self))
            let pods = try await cluster.waitFor(Pod.self) { $0.ready(3) }
            try await cluster.waitFor(Deployment.self) { deployments in
                deployments.allSatisfy {
                    $0.json["status", "availableReplicas"].int == 3
                        && Conditions($0.json["status"])["Progressing"]["reason"].string == "NewReplicaSetAvailable"
                }
            }
            let victim = try #require(pods.first)
            try await cluster.delete(Pod.self, namespace: "ns", name: victim.name)
            let after = try await cluster.waitFor(Pod.self) { $0.ready(3) && !$0.map(\.name).contains(victim.name) }
            #expect(after.allSatisfy { $0.metadata.labels["pod-template-hash"] != nil })
            let events = try await cluster.waitFor(Event.self) { $0.count { $0.reason == "SuccessfulCreate" } == 4 }
            #expect(events.contains { $0.message.hasPrefix("Scaled up replica set web-") })
            #expect(events.contains { $0.reason == "Scheduled" })
        }
    }

    @Test("a rolling update ends with new pods only, and never with too few or too many on the way")
    func rollingUpdate() async throws {
        let cluster = InMemoryCluster()
        let range = Mutex((least: 100, most: 0))
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            _ = try await cluster.create(
                Fixture.workload(
                    Deployment.self, replicas: 4,
                    spec: ["strategy": ["rollingUpdate": ["maxSurge": 1, "maxUnavailable": 1]]]))
            try await cluster.waitFor(Pod.self) { $0.ready(4) }
            try await cluster.waitFor(Deployment.self) {
                $0.allSatisfy { $0.json["status", "availableReplicas"].int == 4 }
            }
            _ = try await cluster.patch(
                Deployment.self, namespace: "ns", name: "web",
                .merge(["spec": ["template": Fixture.template(image: "v2")]]))
            try await cluster.waitFor(Pod.self) { pods in
                let active = pods.active
                range.withLock {
                    $0.least = min($0.least, active.count(where: \.isReady))
                    $0.most = max($0.most, active.count)
                }
                return pods.ready(4) && pods.allSatisfy { $0.containers.first?.image == "v2" }
            }
            try await cluster.waitFor(Deployment.self) {
                $0.allSatisfy { $0.metadata.annotations[ReplicaSet.revisionAnnotation] == "2" }
            }
        }
        #expect(range.withLock { $0.least } >= 3)
        #expect(range.withLock { $0.most } <= 5)
    }

    @Test("killed after any number of writes and started again, a deployment still ends with its pods, never with more")
    func killedAnywhere() async throws {
        for writes in 1...24 {
            let cluster = InMemoryCluster()
            let most = Mutex(0)
            _ = try await cluster.create(Fixture.workload(Deployment.self))
            let node = FakeNode(in: cluster)
            let mortal = MortalClient(cluster, writes: writes)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await node.run() }
                try await withControllers(cluster, client: mortal) {
                    try await withThrowingTaskGroup(of: Void.self) { first in
                        defer { mortal.giveUp() }
                        first.addTask { await mortal.death() }
                        first.addTask {
                            try await cluster.waitFor(Deployment.self) {
                                $0.allSatisfy { $0.json["status", "availableReplicas"].int == 3 }
                            }
                            mortal.giveUp()
                        }
                        try await first.next()
                        first.cancelAll()
                    }
                }
                try await withControllers(cluster) {
                    try await cluster.waitFor(Pod.self) { pods in
                        most.withLock { $0 = max($0, pods.active.count) }
                        return pods.ready(3)
                    }
                    try await cluster.waitFor(Deployment.self) {
                        $0.allSatisfy { $0.json["status", "availableReplicas"].int == 3 }
                    }
                }
                group.cancelAll()
            }
            let sets = try await cluster.list(ReplicaSet.self)
            #expect(sets.count == 1 && most.withLock { $0 } == 3, "killed after \(writes) writes")
            #expect(
                cluster.requests.count { $0.verb == "create" && $0.resource == "pods" && $0.subresource == nil } <= 4)
        }
    }

    @Test("a pod is taken over when its labels match, and let go when they no longer do")
    func adoption() async throws {
        let cluster = InMemoryCluster()
        _ = try await cluster.create(Fixture.pod("stray", labels: ["app": "web"]))
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            let set = try await cluster.create(Fixture.workload(ReplicaSet.self, replicas: 2))
            try await cluster.waitFor(Pod.self) {
                $0.ready(2) && $0.allSatisfy { $0.metadata.controller?.uid == set.uid }
            }
            _ = try await cluster.patch(
                Pod.self, namespace: "ns", name: "stray", .merge(["metadata": ["labels": ["app": "debug"]]]))
            try await cluster.waitFor(Pod.self) { pods in
                pods.count == 3 && pods.contains { $0.name == "stray" && $0.metadata.ownerReferences.isEmpty }
            }
        }
    }

    @Test("a pod that does not fit says why and is bound as soon as there is room")
    func unschedulable() async throws {
        let cluster = InMemoryCluster()
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            try await cluster.waitFor(Node.self) { $0.contains { !$0.json["status"].isNull } }
            _ = try await cluster.create(Fixture.pod("big", spec: SchedulingStepTests.requests("3")))
            try await cluster.waitFor(Pod.self) { $0.ready(1) }
            _ = try await cluster.create(Fixture.pod("second", spec: SchedulingStepTests.requests("3")))
            let waiting = try await cluster.waitFor(Pod.self) {
                $0.contains { $0.condition("PodScheduled")["reason"].string == "Unschedulable" }
            }
            #expect(
                waiting.contains {
                    $0.condition("PodScheduled")["message"].string == "0/1 nodes are available: 1 Insufficient cpu."
                })
            try await cluster.delete(Pod.self, namespace: "ns", name: "big")
            try await cluster.waitFor(Pod.self) { $0.ready(1) && $0.first?.name == "second" }
            try await cluster.waitFor(Event.self) { $0.contains { $0.reason == "FailedScheduling" } }
        }
    }
}
