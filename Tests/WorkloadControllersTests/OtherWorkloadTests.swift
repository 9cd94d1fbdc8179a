import ClusterTesting
import KubernetesAPI
import Synchronization
import Testing

@testable import WorkloadControllers

@Suite(.timeLimit(.minutes(1))) struct OtherWorkloadTests {
    /// Runs controllers that die after `writes` writes, then others until `isDone`.
    private func killed(
        after writes: Int, _ cluster: InMemoryCluster, node: FakeNode,
        until isDone: @escaping @Sendable () async throws -> Void
    ) async throws {
        let mortal = MortalClient(cluster, writes: writes)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }
            try await withControllers(cluster, client: mortal) {
                try await withThrowingTaskGroup(of: Void.self) { first in
                    defer { mortal.giveUp() }
                    first.addTask { await mortal.death() }
                    first.addTask {
                        try await isDone()
                        mortal.giveUp()
                    }
                    try await first.next()
                    first.cancelAll()
                }
            }
            try await withControllers(cluster) { try await isDone() }
            group.cancelAll()
        }
    }

    @Test("a job killed after any number of writes still completes, with exactly its completions")
    func job() async throws {
        for writes in stride(from: 1, through: 21, by: 2) {
            let cluster = InMemoryCluster()
            _ = try await cluster.create(
                Fixture.workload(Job.self, name: "j", spec: ["completions": 4, "parallelism": 2]))
            try await killed(after: writes, cluster, node: FakeNode(in: cluster) { _ in .succeeds }) {
                try await cluster.waitFor(Job.self) {
                    $0.allSatisfy { Conditions($0.json["status"]).isTrue("Complete") }
                }
            }
            let pods = try await cluster.list(Pod.self)
            #expect(pods.count == 4, "killed after \(writes) writes")
            #expect(pods.allSatisfy { $0.metadata.labels["job-name"] == "j" })
        }
    }

    @Test("a failing job ends with the reason")
    func failingJob() async throws {
        let cluster = InMemoryCluster()
        try await withControllers(cluster, node: FakeNode(in: cluster) { _ in .fails(exitCode: 3) }) {
            _ = try await cluster.create(Fixture.workload(Job.self, name: "j", spec: ["backoffLimit": 0]))
            try await cluster.waitFor(Job.self) {
                $0.allSatisfy { Conditions($0.json["status"])["Failed"]["reason"].string == "BackoffLimitExceeded" }
            }
            try await cluster.waitFor(Event.self) { $0.contains { $0.reason == "BackoffLimitExceeded" } }
        }
    }

    @Test("a stateful set killed after any number of writes still gets its pods in order, with their claims")
    func statefulSet() async throws {
        for writes in stride(from: 1, through: 22, by: 3) {
            let cluster = InMemoryCluster()
            _ = try await cluster.create(
                Fixture.workload(
                    StatefulSet.self, spec: ["volumeClaimTemplates": [["metadata": ["name": "data"]]]]))
            try await killed(after: writes, cluster, node: FakeNode(in: cluster)) {
                try await cluster.waitFor(StatefulSet.self) {
                    $0.allSatisfy { $0.json["status", "availableReplicas"].int == 3 }
                }
            }
            let pods = try await cluster.list(Pod.self).sorted {
                (Int($0.metadata.resourceVersion) ?? 0, $0.name) < (Int($1.metadata.resourceVersion) ?? 0, $1.name)
            }
            #expect(pods.map(\.name) == ["web-0", "web-1", "web-2"], "killed after \(writes) writes")
            let claims = try await cluster.waitFor(PersistentVolumeClaim.self) { $0.count == 3 }
            #expect(Set(claims.map(\.name)) == ["data-web-0", "data-web-1", "data-web-2"])
        }
    }

    @Test("a stateful set is updated, and a deleted pod comes back under its name")
    func statefulUpdate() async throws {
        let cluster = InMemoryCluster()
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            _ = try await cluster.create(Fixture.workload(StatefulSet.self, replicas: 2))
            try await cluster.waitFor(Pod.self) { $0.ready(2) }
            _ = try await cluster.patch(
                StatefulSet.self, namespace: "ns", name: "web",
                .merge(["spec": ["template": Fixture.template(image: "v2")]]))
            let pods = try await cluster.waitFor(Pod.self) { pods in
                pods.ready(2) && pods.allSatisfy { $0.containers.first?.image == "v2" }
            }
            try await cluster.waitFor(StatefulSet.self) {
                $0.allSatisfy {
                    $0.json["status", "updatedReplicas"].int == 2
                        && $0.json["status", "currentRevision"] == $0.json["status", "updateRevision"]
                }
            }
            let uids = pods.map(\.uid)
            try await cluster.delete(Pod.self, namespace: "ns", name: "web-0")
            let after = try await cluster.waitFor(Pod.self) { $0.ready(2) && Set($0.map(\.uid)) != Set(uids) }
            #expect(Set(after.map(\.name)) == ["web-0", "web-1"])
        }
    }

    @Test("a daemon set's pod runs on each node, and is replaced by the new template")
    func daemonSet() async throws {
        let cluster = InMemoryCluster()
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            _ = try await cluster.create(Fixture.workload(DaemonSet.self))
            let pods = try await cluster.waitFor(Pod.self) { $0.ready(1) }
            #expect(pods.first?.nodeName == "node-1")
            _ = try await cluster.patch(
                DaemonSet.self, namespace: "ns", name: "web",
                .merge(["spec": ["template": Fixture.template(image: "v2")]]))
            try await cluster.waitFor(DaemonSet.self) {
                $0.allSatisfy {
                    $0.json["status", "updatedNumberScheduled"].int == 1
                        && $0.json["status", "numberAvailable"].int == 1
                }
            }
        }
    }

    @Test("a deleted pod's replacement is bound within milliseconds")
    func latency() async throws {
        let cluster = InMemoryCluster()
        let clock = ContinuousClock()
        let times = Mutex<[Duration]>([])
        try await withControllers(cluster, node: FakeNode(in: cluster)) {
            _ = try await cluster.create(Fixture.workload(Deployment.self))
            var pods = try await cluster.waitFor(Pod.self) { $0.ready(3) }
            for _ in 0..<20 {
                let known = Set(pods.map(\.uid))
                let victim = try #require(pods.first)
                let began = clock.now
                try await cluster.delete(Pod.self, namespace: "ns", name: victim.name)
                try await cluster.waitFor(Pod.self) { $0.contains { !known.contains($0.uid) && !$0.nodeName.isEmpty } }
                times.withLock { $0.append(clock.now - began) }
                pods = try await cluster.waitFor(Pod.self) { $0.ready(3) && !$0.map(\.uid).contains(victim.uid) }
            }
        }
        let median = times.withLock { $0.sorted()[$0.count / 2] }
        // Far above what it takes (about 3 ms in a debug build), far below any timer.
        #expect(median < .milliseconds(100), "median \(median)")
    }
}
