import ClusterTesting
import InstallManifests
import KubernetesAPI
import Testing

@testable import Commands

@Suite(.timeLimit(.minutes(1))) struct RolloutTests {
    private static let labels = ["app": "agent"]

    private func deployment(ready: Bool) -> Deployment {
        var deployment = Deployment(name: "agent", namespace: "litmus")
        deployment.metadata.generation = 1
        deployment.json["spec"] = ["replicas": 1, "selector": ["matchLabels": JSON(Self.labels)]]
        if ready {
            deployment.json["status"] = [
                "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1,
            ]
        }
        return deployment
    }

    private func pod(_ status: JSON) -> Pod {
        var pod = Pod(name: "agent-1", namespace: "litmus")
        pod.metadata.labels = Self.labels
        pod.spec = ["containers": [["name": "agent", "image": "reg/litmus:1"]]]
        pod.json["status"] = status
        return pod
    }

    private func outcome(ready: Bool, pod status: JSON?, brokenWatches: Int = 0) async throws -> String? {
        let cluster = InMemoryCluster()
        let deployment = deployment(ready: ready)
        _ = try await cluster.create(deployment)
        if let status {
            _ = try await cluster.create(pod(status))
            try await cluster.modify(Pod.self, namespace: "litmus", name: "agent-1", subresource: "status") {
                $0.json["status"] = status
                return true
            }
        }
        if ready {
            try await cluster.modify(Deployment.self, namespace: "litmus", name: "agent", subresource: "status") {
                $0.json["status"] = deployment.json["status"]
                return true
            }
        }
        do {
            try await Rollout(client: FlakyClient(cluster, brokenWatches: brokenWatches), patience: .milliseconds(20))
                .wait(
                    for: [deployment.json], within: .milliseconds(500))
            return nil
        } catch let error as CommandError {
            return error.message
        }
    }

    @Test("what is available ends the wait")
    func ready() async throws { #expect(try await outcome(ready: true, pod: nil) == nil) }

    @Test("watches that break are begun again, and tell what they would have told")
    func brokenWatches() async throws {
        #expect(try await outcome(ready: true, pod: nil, brokenWatches: 2) == nil)
        let message = try await outcome(ready: false, pod: nil, brokenWatches: 2)
        #expect(message?.contains("Deployment agent: it has no pods") == true, "\(message ?? "")")
        let waiting: JSON = ["waiting": ["reason": "ImagePullBackOff", "message": "no such host"]]
        let trouble = try await outcome(
            ready: false, pod: ["phase": "Pending", "containerStatuses": [["name": "agent", "state": waiting]]],
            brokenWatches: 2)
        #expect(trouble?.contains("cannot be pulled") == true, "\(trouble ?? "")")
    }

    @Test("a watch that is forbidden ends the wait, because waiting would not help")
    func forbiddenWatch() async throws {
        let cluster = InMemoryCluster()
        let deployment = try await cluster.create(deployment(ready: false))
        let client = FlakyClient(cluster, brokenWatches: 1, error: Status.forbidden(Pod.type.gvr, name: "", "no"))
        let error = await #expect(throws: Status.self) {
            try await Rollout(client: client).wait(for: [deployment.json], within: .seconds(20))
        }
        #expect(error?.isForbidden == true)
    }

    @Test("an image that cannot be pulled is said before the time is over, with what to do")
    func image() async throws {
        let waiting: JSON = ["waiting": ["reason": "ImagePullBackOff", "message": "no such host"]]
        let message = try #require(
            try await outcome(
                ready: false,
                pod: ["phase": "Pending", "containerStatuses": [["name": "agent", "state": waiting]]]))
        #expect(message.contains("reg/litmus:1 cannot be pulled") && message.contains("no such host"))
        #expect(message.contains("make image") && message.contains("--image-pull-secret"))
    }

    @Test("no node for the pod is said when the time is over")
    func unschedulable() async throws {
        let condition: JSON = [
            "type": "PodScheduled", "status": "False", "message": "0/1 nodes are available: 1 node had taint",
        ]
        let message = try #require(
            try await outcome(ready: false, pod: ["phase": "Pending", "conditions": [condition]]))
        #expect(message.contains("0/1 nodes are available") && message.contains("--toleration"))
    }

    @Test("a Deployment without pods is said when the time is over")
    func noPods() async throws {
        let message = try #require(try await outcome(ready: false, pod: nil))
        #expect(message.contains("Deployment agent: it has no pods"))
    }

    @Test("a crash loop shows what the container wrote last")
    func crash() throws {
        let waiting: JSON = ["waiting": ["reason": "CrashLoopBackOff", "message": "back-off"]]
        let trouble = try #require(
            PodTrouble(
                pod([
                    "phase": "Running",
                    "containerStatuses": [["name": "agent", "restartCount": 3, "state": waiting]],
                ])))
        #expect(trouble.kind == .crash && trouble.isLasting)
        #expect(trouble.text(log: "cannot connect\nbye\n").hasSuffix("Its last lines:\n  cannot connect\n  bye\n"))
    }

    @Test("a pod that is ready, being deleted or just made is in no trouble")
    func fine() {
        #expect(PodTrouble(pod(["phase": "Pending"])) == nil)
        #expect(PodTrouble(pod(["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]])) == nil)
        var gone = pod(["phase": "Running"])
        gone.metadata.json["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        #expect(PodTrouble(gone) == nil)
    }
}
