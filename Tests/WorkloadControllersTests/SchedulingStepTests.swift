import KubernetesAPI
import Testing

@testable import WorkloadControllers

@Suite struct SchedulingStepTests {
    private func decide(_ pod: Pod, _ nodes: [Node], _ pods: [String: [Pod]] = [:]) -> SchedulingStep.Decision {
        SchedulingStep(pod: pod, nodes: nodes, pods: pods).decision
    }

    struct Situation: Sendable, CustomStringConvertible {
        var description: String
        var pod: JSON = [:]
        var node = Fixture.node()
        var present: [Pod] = []
        /// nil: bound.
        var reason: String?
    }

    static let taint: JSON = ["key": "dedicated", "value": "gpu", "effect": "NoSchedule"]

    @Test(
        "a pod goes where it may, and the reason is told where it may not",
        arguments: [
            Situation(description: "an empty node"),
            Situation(
                description: "a node selector that does not match", pod: ["nodeSelector": ["disk": "ssd"]],
                reason: "node(s) didn't match Pod's node affinity/selector"),
            Situation(
                description: "a node selector that matches", pod: ["nodeSelector": ["disk": "ssd"]],
                node: Fixture.node(labels: ["disk": "ssd"])),
            Situation(
                description: "a required affinity to the node's name",
                pod: affinity(["matchFields": [["key": "metadata.name", "operator": "In", "values": ["n1"]]]])),
            Situation(
                description: "a required affinity to another node",
                pod: affinity(["matchFields": [["key": "metadata.name", "operator": "In", "values": ["n2"]]]]),
                reason: "node(s) didn't match Pod's node affinity/selector"),
            Situation(
                description: "a taint", node: Fixture.node(spec: ["taints": [taint]]),
                reason: "node(s) had untolerated taint {dedicated: gpu}"),
            Situation(
                description: "a tolerated taint",
                pod: ["tolerations": [["key": "dedicated", "operator": "Equal", "value": "gpu"]]],
                node: Fixture.node(spec: ["taints": [taint]])),
            Situation(
                description: "a toleration of everything", pod: ["tolerations": [["operator": "Exists"]]],
                node: Fixture.node(spec: ["taints": [taint], "unschedulable": true])),
            Situation(
                description: "a cordoned node", node: Fixture.node(spec: ["unschedulable": true]),
                reason: "node(s) were unschedulable"),
            Situation(
                description: "room for exactly the rest", pod: requests("500m"),
                present: [Fixture.pod("a", spec: requests("1500m"))]),
            Situation(
                description: "too little cpu", pod: requests("501m"),
                present: [Fixture.pod("a", spec: requests("1500m"))], reason: "Insufficient cpu"),
            Situation(
                description: "a resource that the node has not",
                pod: requests("1", resource: "example.com/gpu"), reason: "Insufficient example.com/gpu"),
            Situation(
                description: "a full node", node: Fixture.node(allocatable: ["pods": "1"]),
                present: [Fixture.pod("a")], reason: "Too many pods"),
            Situation(
                description: "a host port that is taken", pod: hostPort(80),
                present: [Fixture.pod("a", spec: hostPort(80))],
                reason: "node(s) didn't have free ports for the requested pod ports"),
            Situation(
                description: "another host port", pod: hostPort(81), present: [Fixture.pod("a", spec: hostPort(80))]),
            Situation(
                description: "anti-affinity to a pod that is there",
                pod: [
                    "affinity": [
                        "podAntiAffinity": [
                            "requiredDuringSchedulingIgnoredDuringExecution": [
                                [
                                    "topologyKey": "kubernetes.io/hostname",
                                    "labelSelector": ["matchLabels": ["app": "web"]],
                                ]
                            ]
                        ]
                    ]
                ], present: [Fixture.pod("a", labels: ["app": "web"])],
                reason: "node(s) didn't match pod anti-affinity rules"),
        ])
    func fits(_ situation: Situation) {
        let decision = decide(
            Fixture.pod("new", spec: situation.pod), [situation.node], ["n1": situation.present])
        if let reason = situation.reason {
            #expect(decision == .unschedulable("0/1 nodes are available: 1 \(reason)."))
        } else {
            #expect(decision == .bind(node: "n1"))
        }
    }

    @Test("without nodes, and with several unfit ones, the message says so")
    func messages() {
        #expect(decide(Fixture.pod("p"), []) == .unschedulable("no nodes available to schedule pods"))
        let nodes = [
            Fixture.node("n1", spec: ["unschedulable": true]), Fixture.node("n2", spec: ["unschedulable": true]),
            Fixture.node("n3", allocatable: ["cpu": "1", "pods": "10"]),
        ]
        #expect(
            decide(Fixture.pod("p", spec: Self.requests("2")), nodes)
                == .unschedulable(
                    "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable."))
    }

    @Test("the emptier of two nodes is taken; finished pods take no room")
    func spreads() {
        let nodes = [Fixture.node("n1"), Fixture.node("n2")]
        #expect(decide(Fixture.pod("p"), nodes, ["n1": [Fixture.pod("a")]]) == .bind(node: "n2"))
        var finished = Fixture.pod("a", spec: Self.requests("2"))
        finished.json["status", "phase"] = "Succeeded"
        #expect(
            decide(Fixture.pod("p", spec: Self.requests("2")), [nodes[0]], ["n1": [finished]]) == .bind(node: "n1"))
    }

    @Test("init containers run one after the other, sidecars beside the containers")
    func requestsOfInitContainers() {
        let container = { (cpu: String, policy: JSON) -> JSON in
            var json: JSON = ["name": "x", "resources": ["requests": ["cpu": .string(cpu)]]]
            json["restartPolicy"] = policy
            return json
        }
        let pod = Fixture.pod(
            "p",
            spec: [
                "containers": [container("1", .null)],
                "initContainers": [container("3", .null), container("500m", "Always"), container("1", .null)],
            ])
        #expect(pod.requests == Resources(["cpu": 3]))
    }

    static func requests(_ amount: String, resource: String = "cpu") -> JSON {
        ["containers": [["name": "c", "resources": ["requests": .object([resource: .string(amount)])]]]]
    }

    static func hostPort(_ port: Int64) -> JSON {
        ["containers": [["name": "c", "ports": [["containerPort": 80, "hostPort": .int(port)]]]]]
    }

    static func affinity(_ term: JSON) -> JSON {
        [
            "affinity": [
                "nodeAffinity": [
                    "requiredDuringSchedulingIgnoredDuringExecution": ["nodeSelectorTerms": [term]]
                ]
            ]
        ]
    }
}
