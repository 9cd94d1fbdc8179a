import ChaosAPI
import ClusterTesting
import Faults
import KubernetesAPI
import Testing

@Suite struct TargetSelectionTests {
    static func pod(
        _ name: String, namespace: String = "web", labels: [String: String] = ["app": "web"],
        owner: (kind: String, name: String)? = ("ReplicaSet", "web-abc"), node: String = "n1", phase: String = "Running"
    ) -> Pod {
        var pod = Pod(name: name, namespace: namespace)
        pod.metadata.uid = "uid-\(namespace)-\(name)"
        pod.metadata.labels = labels
        pod.spec = ["nodeName": .string(node), "containers": [["name": "main"], ["name": "side"]]]
        pod.json["status"] = ["phase": .string(phase)]
        if let owner {
            pod.json["metadata", "ownerReferences"] = [
                [
                    "apiVersion": "apps/v1", "kind": .string(owner.kind), "name": .string(owner.name), "uid": "o",
                    "controller": true,
                ]
            ]
        }
        return pod
    }

    static func replicaSet(_ name: String, of deployment: String?, namespace: String = "web") -> ReplicaSet {
        var set = ReplicaSet(name: name, namespace: namespace)
        if let deployment {
            set.json["metadata", "ownerReferences"] = [
                [
                    "apiVersion": "apps/v1", "kind": "Deployment", "name": .string(deployment), "uid": "d",
                    "controller": true,
                ]
            ]
        }
        return set
    }

    private func selection(_ targets: String, _ change: (inout TargetSelection) -> Void = { _ in }) throws
        -> TargetSelection
    {
        var selection = TargetSelection(apps: try AppTarget.parse(targets))
        change(&selection)
        return selection
    }

    private let view = ClusterView(
        pods: [
            pod("web-1"), pod("web-2", node: "n2"), pod("web-3"),
            pod("db-0", labels: ["app": "db", "tier": "back"], owner: ("StatefulSet", "db")),
            pod("bare", labels: ["app": "web"], owner: nil),
            pod("lone-1", labels: ["app": "lone"], owner: ("ReplicaSet", "lone")),
            pod("done", owner: ("Job", "batch"), phase: "Succeeded"),
            pod("runner", labels: ["chaosUID": "x"], owner: nil),
        ],
        replicaSets: [replicaSet("web-abc", of: "web"), replicaSet("lone", of: nil)])

    @Test(
        "candidates are the pods that the application's entries mean",
        arguments: [
            ("deployment:web:[app=web]", ["web-1", "web-2", "web-3"]),
            ("Deployment:web:[app=web]", ["web-1", "web-2", "web-3"]),
            ("deployment:web:[web]", ["web-1", "web-2", "web-3"]),
            ("statefulset:web:[app=db,tier=back]", ["db-0"]),
            ("replicaset:web:[app=lone]", ["lone-1"]),
            ("pod:web:[bare,web-2]", ["bare", "web-2"]),
            ("KIND:web:[]", ["bare", "db-0", "lone-1", "web-1", "web-2", "web-3"]),
            ("KIND:web:[app=db]", ["db-0"]),
            (
                "deployment:web:[app in (web,db)];statefulset:web:[app in (web,db)]",
                ["db-0", "web-1", "web-2", "web-3"]
            ),
        ])
    func candidates(targets: String, expected: [String]) throws {
        let found = try selection(targets).candidates(in: view)
        #expect((found.named + found.pool).map(\.name).sorted() == expected)
    }

    @Test("all labels of a selector must hold")
    func labelsAreAnd() throws {
        #expect(throws: FaultError.self) {
            try selection("deployment:web:[app=web,tier=back]").candidates(in: view)
        }
    }

    @Test("equal names in two namespaces are two pods")
    func namespaces() throws {
        let view = ClusterView(
            pods: [Self.pod("a", namespace: "x", owner: nil), Self.pod("a", namespace: "y", owner: nil)])
        let found = try selection("pod:x:[a];pod:y:[a]").candidates(in: view)
        #expect(found.named.map(\.namespace) == ["x", "y"])
    }

    @Test(
        "what cannot be found is a target selection error that says what was looked for",
        arguments: [
            ("deployment:web:[app=none]", "no target pods found"),
            ("statefulset:web:[app=web]", "no target pods found"),
            ("deployment:web:[web,wbe]", "no pod found for specified target"),
            ("pod:web:[gone]", "no pod found for specified target"), ("KIND:empty:[]", "no target pods found"),
        ])
    func nothing(targets: String, reason: String) throws {
        let error = #expect(throws: FaultError.self) { try selection(targets).candidates(in: view) }
        #expect(error?.code == .targetSelection)
        #expect(error?.reason == reason)
        #expect(error?.target.contains("namespace") == true)
    }

    @Test(
        "the share of pods is rounded down, at least one",
        arguments: [(0, 1), (34, 1), (67, 2), (99, 2), (100, 3), (250, 3)])
    func share(percentage: Int, count: Int) throws {
        let selection = try selection("deployment:web:[app=web]") { $0.percentage = percentage }
        var generator = SeededGenerator(seed: 1)
        let chosen = selection.choose(from: try selection.candidates(in: view), using: &generator)
        #expect(chosen.count == count && Set(chosen.map(\.name)).count == count)
    }

    @Test("a seed repeats the choice, and seeds differ")
    func seeds() throws {
        let selection = try selection("deployment:web:[app=web]")
        let candidates = try selection.candidates(in: view)
        func choice(_ seed: UInt64) -> String {
            var generator = SeededGenerator(seed: seed)
            return selection.choose(from: candidates, using: &generator).map(\.name).joined()
        }
        #expect((0..<20).allSatisfy { choice($0) == choice($0) })
        #expect(Set((0..<20).map(choice)).count == 3)
    }

    @Test("named pods are all hit, beside a share of the others")
    func namedAndShare() throws {
        let selection = try selection("pod:web:[bare];deployment:web:[app=web]") { $0.order = .alphabetical }
        var generator = SeededGenerator(seed: 3)
        let chosen = selection.choose(from: try selection.candidates(in: view), using: &generator)
        #expect(chosen.count == 2 && chosen[0].name == "bare")
    }

    @Test("chosen pods are put in the wanted order")
    func order() throws {
        let selection = try selection("deployment:web:[app=web]") {
            $0.percentage = 100
            $0.order = .reverse
        }
        var generator = SeededGenerator(seed: 5)
        let chosen = selection.choose(from: try selection.candidates(in: view), using: &generator)
        #expect(chosen.map(\.name) == ["web-3", "web-2", "web-1"])
    }

    @Test("a node label keeps the pods of its nodes")
    func nodeLabel() throws {
        var view = view
        view.nodes = [Node(name: "n2")]
        let selection = try selection("deployment:web:[app=web]") { $0.nodeLabel = "zone=a" }
        #expect(try selection.candidates(in: view).pool.map(\.name) == ["web-2"])
        view.nodes = []
        let error = #expect(throws: FaultError.self) { try selection.candidates(in: view) }
        #expect(error?.reason == "no nodes found with matching labels")
    }

    @Test("pods by name keep their order; one that is missing is named at once")
    func byName() throws {
        var selection = TargetSelection(apps: [], podNames: ["web-3", "bare"], podNamespace: "web")
        #expect(try selection.candidates(in: view).named.map(\.name) == ["web-3", "bare"])
        selection.podNames = ["nope"]
        let error = #expect(throws: FaultError.self) { try selection.candidates(in: view) }
        #expect(error?.reason == "pod doesn't exist set by TARGET_PODS ENV")
        #expect(error?.target == "{podName: nope, namespace: web}")
    }

    @Test("a ReplicaSet without a Deployment is the workload itself; a bare pod has none")
    func workloads() {
        func workload(_ name: String) -> Target.Workload? {
            view.pods.first { $0.name == name }.flatMap { view.workload(of: $0) }
        }
        #expect(workload("web-1")?.kind == "deployment" && workload("web-1")?.name == "web")
        #expect(workload("lone-1")?.kind == "replicaset")
        #expect(workload("db-0")?.kind == "statefulset")
        #expect(workload("bare") == nil)
    }

    @Test("the reader gets from a cluster what the selection needs, and names a missing permission")
    func reader() async throws {
        let cluster = InMemoryCluster()
        for pod in view.pods.prefix(3) { _ = try await cluster.create(pod) }
        _ = try await cluster.create(view.replicaSets[0])
        let selection = try selection("deployment:web:[app=web]")
        let reader = TargetReader(client: cluster)
        #expect(try await reader.candidates(for: selection).pool.map(\.name) == ["web-1", "web-2", "web-3"])
        cluster.onRequest { request in
            if request.resource == "replicasets" {
                throw Status.forbidden(ReplicaSet.type.gvr, name: "", "User \"sa\" cannot list")
            }
        }
        let error = await #expect(throws: FaultError.self) { try await reader.candidates(for: selection) }
        #expect(error?.reason.contains("list replicasets.apps in namespace web") == true)
    }
}
