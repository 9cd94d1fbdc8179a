import ChaosAPI
import ClusterTesting
import FaultCatalog
import Faults
import Injection
import KubernetesAPI
import Synchronization
import Testing

@testable import ChaosRunner

@Suite(.timeLimit(.minutes(1))) struct DryRunTests {
    /// A client that may read, and ask what accounts may do; anything else is a mistake of the dry run.
    private static func reader(
        _ world: World, mayDo: @escaping @Sendable (JSON) -> Bool = { _ in true },
        isForbidden: @escaping @Sendable (_ verb: String, _ resource: String) -> Bool = { _, _ in false }
    ) -> ForbiddingClient {
        ForbiddingClient(world.cluster, mayDo: mayDo) { verb, resource in
            let isRead = ["get", "list", "watch"].contains(verb)
            if !isRead { Issue.record("a dry run must not \(verb) \(resource)") }
            return !isRead || isForbidden(verb, resource)
        }
    }

    private static func engine(
        _ experiments: [String] = ["pod-network-loss"], env: [String: String] = [:], app: String = "web"
    ) -> ChaosEngine {
        var engine = ChaosEngine(name: "planned", namespace: "shop")
        let env = ["TOTAL_CHAOS_DURATION": "30"].merging(env) { $1 }.sorted { $0.key < $1.key }
        engine.spec = [
            "engineState": "active", "chaosServiceAccount": "sa",
            "appinfo": ["appns": "shop", "applabel": .string("app=\(app)"), "appkind": "deployment"],
            "experiments": .array(
                experiments.map { name in
                    let values = env.map { JSON.object(["name": .string($0.key), "value": .string($0.value)]) }
                    return ["name": .string(name), "spec": ["components": ["env": .array(values)]]]
                }),
        ]
        return engine
    }

    /// A world with the engine's service account.
    private func run(
        replicas: Int = 3, _ body: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        let outcome: @Sendable (Pod) -> FakeNode.Outcome = { pod in
            pod.metadata.labels["app.kubernetes.io/component"] == "helper" ? .unmanaged : .ready
        }
        try await World.run(outcome: outcome, replicas: replicas) { world in
            _ = try await world.cluster.create(ServiceAccount(name: "sa", namespace: "shop"))
            try await body(world)
        }
    }

    @Test("the targets are those that a run with the same seed hits", arguments: ["3", "4", "77"])
    func sameTargets(seed: String) async throws {
        try await run(replicas: 5) { world in
            let env = ["LITMUS_SEED": seed, "PODS_AFFECTED_PERC": "40"]
            let preview = try await DryRun(client: Self.reader(world)).preview(Self.engine(env: env))
            let round = try #require(preview.experiments.first?.rounds.first)
            #expect(round.targets.count == 2 && round.candidates == 5)
            #expect(preview.experiments.first?.seed == UInt64(seed))
            let engine = try await world.engine(experiments: ["pod-network-loss"], env: env)
            _ = try await HelperPlayer(cluster: world.cluster) { _ in .works() }.run { await world.runEngine(engine) }
            let order = try #require(try await world.cluster.helpers().first.flatMap(InjectionOrder.init(helper:)))
            #expect(round.targets.map(\.pod) == order.targets.map(\.pod))
            #expect(round.targets.map(\.container) == order.targets.map(\.container))
        }
    }

    @Test("nothing is written, and the steps are told with how they are undone")
    func pure() async throws {
        try await run { world in
            let preview = try await DryRun(client: Self.reader(world), seed: 9).preview(
                Self.engine(["pod-network-loss", "pod-delete"], env: ["NETWORK_PACKET_LOSS_PERCENTAGE": "30"]))
            #expect(preview.application == "deployment:shop:[app=web]" && preview.experiments.count == 2)
            let loss = try #require(preview.experiments[0].rounds.first)
            #expect(loss.steps.map(\.action) == ["lose 30 % of egress on eth0"])
            #expect(loss.steps[0].undo != nil && loss.steps[0].irreversible == nil)
            #expect(loss.targets.map(\.workload) == ["deployment/web"] && loss.targets[0].node == "node-1")
            #expect(!loss.requirements.isEmpty && loss.requirements.allSatisfy { $0.node == "node-1" })
            let delete = try #require(preview.experiments[1].rounds.first)
            #expect(delete.steps[0].undo == nil && delete.steps[0].irreversible != nil && delete.choosesAnew)
            #expect(preview.experiments.map(\.seed) == [9, 9])
            #expect(preview.experiments.allSatisfy { $0.durationMilliseconds == 30_000 })
            #expect(preview.experiments.allSatisfy { $0.execution == "inside the runner pod" })
        }
    }

    @Test("without a cluster everything is told but the targets")
    func noCluster() async throws {
        let preview = try await DryRun(client: nil, seed: 1).preview(Self.engine())
        let experiment = try #require(preview.experiments.first)
        #expect(preview.isRunnable && experiment.rounds.count == 1)
        #expect(experiment.rounds[0].targets.isEmpty && experiment.rounds[0].candidates == 0)
        #expect(experiment.access.allSatisfy { $0.isAllowed == nil } && !experiment.access.isEmpty)
        #expect(experiment.notes.contains { $0.contains("fault catalogue") })
    }
}

// MARK: - What would keep it from running

extension DryRunTests {
    @Test("an engine that the operator would refuse is refused in its words")
    func invalid() async throws {
        var engine = Self.engine()
        engine.spec["chaosServiceAccount"] = ""
        let preview = try await DryRun(client: nil).preview(engine)
        #expect(preview.problems.first?.contains("spec.chaosServiceAccount is empty") == true)
        #expect(!preview.isRunnable && preview.experiments.isEmpty)
    }

    @Test("a missing service account is a problem; one that nobody may look at is none")
    func account() async throws {
        try await World.run { world in
            let missing = try await DryRun(client: Self.reader(world)).preview(Self.engine())
            #expect(missing.problems.first?.contains("no service account sa in namespace shop") == true)
            #expect(missing.experiments.first?.access.allSatisfy { $0.isAllowed == nil } == true)
            let client = Self.reader(world, isForbidden: { _, resource in resource == "serviceaccounts" })
            let unknown = try await DryRun(client: client).preview(Self.engine())
            #expect(unknown.problems.isEmpty)
            #expect(unknown.experiments.first?.access.allSatisfy { $0.isAllowed == true } == true)
        }
    }

    @Test("an experiment that nobody knows, a foreign fault and a bad tunable are told one by one")
    func problems() async throws {
        try await run { world in
            var foreign = ChaosExperiment(name: "own-fault", namespace: "shop")
            foreign.definition.json = [
                "image": "litmuschaos/go-runner:3.0", "args": ["-c", "./experiments -name own-fault"],
            ]
            let dryRun = DryRun(client: Self.reader(world), experiments: [foreign])
            let preview = try await dryRun.preview(Self.engine(["pod-vanish", "own-fault", "pod-delete"]))
            #expect(preview.problems.isEmpty && !preview.isRunnable)
            #expect(preview.experiments[0].problems.first?.contains("no ChaosExperiment pod-vanish") == true)
            #expect(preview.experiments[1].problems.first?.contains("own-fault is not built in") == true)
            #expect(preview.experiments[2].problems.isEmpty)
            let bad = try await dryRun.preview(Self.engine(["pod-delete"], env: ["TOTAL_CHAOS_DURATION": "60x"]))
            #expect(bad.experiments[0].problems.first?.contains("TOTAL_CHAOS_DURATION is '60x'") == true)
        }
    }

    @Test("an application without pods is a problem, and the rest is told nevertheless")
    func noTargets() async throws {
        try await run { world in
            let preview = try await DryRun(client: Self.reader(world)).preview(Self.engine(app: "none"))
            let experiment = try #require(preview.experiments.first)
            #expect(experiment.problems.first?.contains("no target pods found") == true)
            #expect(experiment.rounds.count == 1 && experiment.rounds[0].steps.count == 1)
            #expect(!experiment.access.isEmpty)
        }
    }

    @Test("an engine of this name that runs is a problem")
    func running() async throws {
        try await run { world in
            _ = try await world.engine()
            var engine = Self.engine()
            engine.metadata.name = "nginx-chaos"
            let preview = try await DryRun(client: Self.reader(world)).preview(engine)
            #expect(preview.problems == ["the ChaosEngine shop/nginx-chaos already runs"])
        }
    }

    @Test("what the account may not do is a problem, unless there is another way")
    func access() async throws {
        try await run { world in
            let asked = Mutex<Set<String>>([])
            let client = Self.reader(
                world,
                mayDo: { review in
                    asked.withLock { _ = $0.insert(review["user"].string ?? "") }
                    let attributes = review["resourceAttributes"]
                    return
                        !(attributes["resource"] == "pods" && ["delete", "watch"].contains(attributes["verb"].string))
                })
            let preview = try await DryRun(client: client).preview(Self.engine(["pod-delete"]))
            let experiment = try #require(preview.experiments.first)
            #expect(
                experiment.problems == ["the service account sa may not delete pods in namespace shop"])
            #expect(experiment.access.contains { $0.verb == "watch" && $0.isAllowed == false && !$0.otherwise.isEmpty })
            #expect(asked.withLock { $0 } == ["system:serviceaccount:shop:sa"])
        }
    }

    @Test("the security context that the runner takes over from the first experiment needs no Job")
    func securityContext() async throws {
        var experiment = ChaosExperiment(
            json: try #require(FaultCatalog.fault(named: "pod-delete")).manifest(namespace: "shop"))
        experiment.definition.json["securityContext"] = ["podSecurityContext": ["runAsUser": 1000]]
        let preview = try await DryRun(client: nil, experiments: [experiment]).preview(Self.engine(["pod-delete"]))
        #expect(preview.experiments.first?.execution == "inside the runner pod")
    }
}

// MARK: - Collisions

extension DryRunTests {
    private func helper(_ world: World, on pod: Pod) async throws {
        var helper = Pod(name: "pod-cpu-hog-helper-x-0", namespace: "litmus")
        helper.metadata.labels = HelperContract.labels.merging(["chaosUID": "other"]) { $1 }
        let order = InjectionOrder(
            id: helper.name, fault: "pod-cpu-hog", steps: [],
            targets: [
                TargetReference(
                    node: "node-1", namespace: "shop", pod: pod.name, podUID: pod.uid, container: "main",
                    containerID: "c")
            ], durationMilliseconds: 60_000)
        helper.spec = [
            "nodeName": "node-1",
            "containers": [["name": "c", "env": [["name": "LITMUS_ORDER", "value": .string(try order.variable)]]]],
        ]
        _ = try await world.cluster.create(helper)
    }

    @Test("a helper at work on a target is a collision, as long as it is at work")
    func helperCollision() async throws {
        try await run(replicas: 1) { world in
            let pod = try #require(try await world.cluster.list(Pod.self, namespace: "shop").first)
            try await helper(world, on: pod)
            let dryRun = DryRun(client: Self.reader(world))
            let preview = try await dryRun.preview(Self.engine())
            #expect(
                preview.experiments.first?.collisions == [
                    "pod-cpu-hog of the helper litmus/pod-cpu-hog-helper-x-0 is at work on pod shop/\(pod.name)"
                ])
            #expect(preview.isRunnable)
            try await world.cluster.setPod(
                ObjectKey(namespace: "litmus", name: "pod-cpu-hog-helper-x-0"), phase: "Succeeded", ready: false)
            #expect(try await dryRun.preview(Self.engine()).experiments.first?.collisions == [])
        }
    }

    @Test("whoever may look at his namespace only is told what was not looked at")
    func partial() async throws {
        try await run(replicas: 1) { world in
            let pod = try #require(try await world.cluster.list(Pod.self, namespace: "shop").first)
            try await helper(world, on: pod)
            world.cluster.onRequest { request in
                if request.verb == "list", request.namespace == nil {
                    throw Status.forbidden(Pod.type.gvr, name: "", "not everywhere")
                }
            }
            let preview = try await DryRun(client: Self.reader(world)).preview(Self.engine())
            world.cluster.onRequest(nil)
            #expect(preview.experiments.first?.collisions == [])
            #expect(preview.experiments.first?.notes.contains { $0.contains("other namespaces") } == true)
        }
    }

    @Test("an engine that runs on the same workload is a collision, one on a namesake elsewhere is none")
    func engineCollision() async throws {
        let target = Target(
            namespace: "shop", name: "web-1", uid: "u",
            parent: .init(kind: "deployment", namespace: "shop", name: "web", apiVersion: "apps/v1"))
        func chaos(in namespace: String) -> RunningChaos {
            var engine = Self.engine(["pod-delete"])
            engine.metadata.name = "running"
            engine.metadata.namespace = "chaos"
            engine.spec["appinfo", "appns"] = .string(namespace)
            var result = ChaosResult(name: "r", namespace: "chaos")
            result.history.upsert(ResultTarget(name: "web", kind: "deployment", chaosStatus: "targeted"))
            return RunningChaos(engines: [(engine, [result])])
        }
        #expect(
            chaos(in: "shop").collisions(with: [target], of: Self.engine())
                == ["the ChaosEngine chaos/running runs pod-delete on deployment/web"])
        #expect(chaos(in: "stage").collisions(with: [target], of: Self.engine()) == [])
    }
}

@Suite struct RequiredAccessTests {
    private static func rows(
        _ fault: String, env: [String: String] = [:], checksHealth: Bool = false, mode: ExecutionMode = .builtIn
    ) throws -> Set<String> {
        let environment = ["TARGETS": "deployment:shop:[app=web]"].merging(env) { $1 }
        let plan = try #require(Faults.fault(named: fault)).plan(
            environment: environment, namespace: "litmus", seed: 1)
        let web = Target.Workload(kind: "deployment", namespace: "shop", name: "web", apiVersion: "apps/v1")
        let job = Target.Workload(kind: "job", namespace: "shop", name: "batch", apiVersion: "batch/v1")
        return Set(
            RequiredAccess.list(
                plan, namespace: "litmus", workloads: [web, job], checksHealth: checksHealth, mode: mode
            ).filter { $0.group != "litmuschaos.io" && $0.resource != "events" }
                .map { "\($0.verb) \($0.groupResource) \($0.namespace)" })
    }

    @Test("deleting pods needs to read what replaces them, and no helper")
    func podDelete() throws {
        #expect(
            try Self.rows("pod-delete") == [
                "list pods shop", "watch pods shop", "delete pods shop", "list replicasets.apps shop",
                "get deployments.apps shop",
            ])
    }

    @Test("a fault on machines needs helpers in the engine's namespace, and to read its targets in theirs")
    func machine() throws {
        let helper: Set = [
            "create pods litmus", "get pods litmus", "list pods litmus", "watch pods litmus", "patch pods litmus",
            "delete pods litmus",
        ]
        #expect(
            try Self.rows("pod-network-loss")
                == helper.union(["list pods shop", "get pods shop", "list replicasets.apps shop"]))
        #expect(try Self.rows("container-kill").isSuperset(of: helper.union(["watch pods shop", "get pods shop"])))
    }

    @Test("health checks, node labels and Jobs need more")
    func more() throws {
        #expect(try Self.rows("pod-network-loss", checksHealth: true).contains("watch pods shop"))
        #expect(try Self.rows("pod-delete", env: ["NODE_LABEL": "zone=a"]).contains("list nodes "))
        #expect(try Self.rows("pod-delete", mode: .job("why")).contains("create jobs.batch litmus"))
    }
}
