import KubernetesAPI
import Testing

@testable import WorkloadControllers

@Suite struct StatefulSetStepTests {
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)

    private func pod(_ ordinal: Int, revision: String = "new", ready: Bool = true, terminating: Bool = false) -> Pod {
        var pod = Fixture.readyPod("web-\(ordinal)", labels: [StatefulSetStep.revisionLabel: revision])
        if !ready { pod.json["status", "conditions"] = .null }
        if terminating { pod.metadata.deletionTimestamp = now }
        return pod
    }

    private func actions(_ pods: [Pod], replicas: Int = 3, spec: JSON = [:], current: String = "new") -> [String] {
        var set = Fixture.workload(StatefulSet.self, replicas: replicas, spec: spec)
        set.json["status", "currentRevision"] = .string(current)
        return StatefulSetStep(set, pods: pods, updateRevision: "new", now: now).actions.map { action in
            switch action {
            case .create(let ordinal, let isUpdated): "create \(ordinal)\(isUpdated ? "" : " old")"
            case .delete(let pod): "delete \(pod.name)"
            }
        }
    }

    @Test("pods are made one after the other, each when those before it are ready")
    func ordered() {
        #expect(actions([]) == ["create 0"])
        #expect(actions([pod(0, ready: false)]) == [])
        #expect(actions([pod(0)]) == ["create 1"])
        #expect(actions([pod(0), pod(2)]) == ["create 1"])
        #expect(actions([pod(0), pod(1, terminating: true), pod(2)]) == [])
        #expect(actions([pod(0), pod(1), pod(2)]) == [])
    }

    @Test("with Parallel all are made, and deleted, at once")
    func parallel() {
        let spec: JSON = ["podManagementPolicy": "Parallel"]
        #expect(actions([pod(1, ready: false)], spec: spec) == ["create 0", "create 2"])
        #expect(actions((0..<3).map { pod($0) }, replicas: 1, spec: spec) == ["delete web-2", "delete web-1"])
    }

    @Test("scaling down takes the last first, one at a time")
    func scalesDown() {
        #expect(actions((0..<3).map { pod($0) }, replicas: 1) == ["delete web-2"])
        #expect(actions([pod(0), pod(1), pod(2, terminating: true)], replicas: 1) == [])
    }

    @Test("an update goes from the last to the partition, waiting for each to be ready")
    func updates() {
        let old = (0..<3).map { pod($0, revision: "old") }
        #expect(actions(old, current: "old") == ["delete web-2"])
        #expect(actions([old[0], old[1], pod(2, ready: false)], current: "old") == [])
        #expect(actions([old[0], old[1], pod(2)], current: "old") == ["delete web-1"])
        let spec: JSON = ["updateStrategy": ["rollingUpdate": ["partition": 2]]]
        #expect(actions([old[0], old[1], pod(2)], spec: spec, current: "old") == [])
        #expect(actions([old[0]], spec: spec, current: "old") == ["create 1 old"])
        #expect(actions(old, spec: ["updateStrategy": ["type": "OnDelete"]], current: "old") == [])
    }

    @Test("a broken pod of an old template does not block its own mending")
    func brokenOld() {
        #expect(actions([pod(0, revision: "old", ready: false)], current: "old") == ["delete web-0"])
    }

    @Test("pods and claims have lasting names")
    func names() {
        let set = Fixture.workload(
            StatefulSet.self,
            spec: [
                "serviceName": "svc", "volumeClaimTemplates": [["metadata": ["name": "data"], "spec": ["x": "y"]]],
            ])
        let pod = StatefulSetPod.pod(set, template: set.template, ordinal: 1, revision: "r")
        #expect(pod.name == "web-1")
        #expect(pod.spec["hostname"].string == "web-1" && pod.spec["subdomain"].string == "svc")
        #expect(
            pod.spec["volumes"].description == #"[{"name":"data","persistentVolumeClaim":{"claimName":"data-web-1"}}]"#)
        #expect(StatefulSetPod.claims(set, ordinal: 1).map(\.claim.name) == ["data-web-1"])
    }
}

@Suite struct DaemonSetStepTests {
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)

    private func pod(_ name: String, on node: String, set: DaemonSet, old: Bool = false) -> Pod {
        var pod = Fixture.readyPod(name)
        pod.json["spec", "nodeName"] = .string(node)
        pod.metadata.labels = [DaemonSetStep.hashLabel: old ? "old" : PodTemplate.hash(set.template)]
        return pod
    }

    private func actions(_ set: DaemonSet, _ nodes: [Node], _ pods: [Pod]) -> [String] {
        DaemonSetStep(set, nodes: nodes, pods: pods, now: now).actions.map { action in
            switch action {
            case .create(let node): "create on \(node)"
            case .delete(let pod): "delete \(pod.name)"
            }
        }
    }

    @Test("one pod on each node that fits, none elsewhere")
    func places() {
        let set = Fixture.workload(
            DaemonSet.self, spec: ["template": ["spec": ["nodeSelector": ["disk": "ssd"]]]])
        let nodes = [Fixture.node("n1", labels: ["disk": "ssd"]), Fixture.node("n2")]
        #expect(actions(set, nodes, []) == ["create on n1"])
        #expect(
            actions(
                set, nodes, [pod("a", on: "n1", set: set), pod("b", on: "n1", set: set), pod("c", on: "n2", set: set)])
                == ["delete b", "delete c"])
        #expect(
            actions(set, [nodes[0]], [pod("a", on: "n1", set: set), pod("x", on: "gone", set: set)]) == ["delete x"])
    }

    @Test("a cordoned node gets its pod all the same; a pod waiting for its node counts as there")
    func tolerates() {
        let set = Fixture.workload(DaemonSet.self)
        let cordoned = Fixture.node(
            "n1",
            spec: [
                "unschedulable": true, "taints": [["key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"]],
            ])
        #expect(actions(set, [cordoned], []) == ["create on n1"])
        var waiting = DaemonSetStep.pod(set, node: "n1", hash: PodTemplate.hash(set.template))
        waiting.metadata.name = "w"
        #expect(actions(set, [cordoned], [waiting]) == [])
        #expect(waiting.accepts(cordoned) && !waiting.accepts(Fixture.node("n2")))
    }

    @Test("an update replaces as many as may be unavailable")
    func updates() {
        let set = Fixture.workload(DaemonSet.self)
        let nodes = ["n1", "n2", "n3"].map { Fixture.node($0) }
        let old = ["n1", "n2", "n3"].map { pod("p-\($0)", on: $0, set: set, old: true) }
        #expect(actions(set, nodes, old) == ["delete p-n1"])
        #expect(actions(set, nodes, [old[1], old[2]]) == ["create on n1"])
    }
}
