import ChaosAPI
import ClusterTesting
import FaultCatalog
import KubernetesAPI
import Logging
import Testing
import WorkloadControllers

@testable import ChaosOperator
@testable import ChaosRunner

/// A cluster in memory, where a runner pod's container is a task.
struct World: Sendable {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let cluster = InMemoryCluster(
        types: InMemoryCluster.builtinTypes + [ChaosEngine.type, ChaosExperiment.type, ChaosResult.type])
    let configuration: OperatorConfiguration

    func engine(_ name: String = "e", env: [String: String] = [:], spec: JSON = [:]) -> ChaosEngine {
        let tunables = ["TOTAL_CHAOS_DURATION": "150ms", "CHAOS_INTERVAL": "50ms"].merging(env) { $1 }
        var engine = ChaosEngine(name: name, namespace: "shop")
        engine.spec = [
            "engineState": "active", "chaosServiceAccount": "sa",
            "appinfo": ["appns": "shop", "applabel": "app=web", "appkind": "deployment"],
            "experiments": [
                [
                    "name": "pod-delete",
                    "spec": [
                        "components": [
                            "env": .array(
                                tunables.sorted { $0.key < $1.key }.map {
                                    ["name": .string($0.key), "value": .string($0.value)]
                                })
                        ]
                    ],
                ]
            ],
        ]
        engine.spec = engine.spec.merging(patch: spec)
        return engine
    }

    func wait(_ name: String = "e", for condition: @escaping @Sendable (ChaosEngine) -> Bool) async throws
        -> ChaosEngine
    {
        let found = try await cluster.waitFor(ChaosEngine.self) { engines in
            engines.contains { $0.name == name && condition($0) }
        }
        return try #require(found.first { $0.name == name })
    }

    func patch(_ name: String = "e", state: EngineState) async throws {
        _ = try await cluster.patch(
            ChaosEngine.self, namespace: "shop", name: name,
            .merge(["spec": ["engineState": .string(state.rawValue)]]))
    }

    /// Plays the kubelet for runner pods: starts the runner, and tells how its container ended.
    func runRunners() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            let events = try await cluster.watch(Pod.type.gvr, namespace: nil, options: ListOptions())
            var started: [String: Task<Void, Never>] = [:]
            for try await event in events {
                let pod = Pod(json: event.object)
                guard pod.name.hasSuffix("-runner") else { continue }
                if case .deleted = event { started[pod.uid]?.cancel() }
                if pod.metadata.isBeingDeleted { started[pod.uid]?.cancel() }
                guard started[pod.uid] == nil, pod.phase == "Running", !pod.metadata.isBeingDeleted else {
                    continue
                }
                started[pod.uid] = Task { await run(pod) }
            }
            for task in started.values { task.cancel() }
        }
    }

    private func run(_ pod: Pod) async {
        let env = pod.containers.first?.json["env"].array ?? []
        let environment = Dictionary(
            env.map { ($0["name"].string ?? "", $0["value"].string ?? "") }, uniquingKeysWith: { $1 })
        let code = await ChaosRunner.run(environment: environment, client: cluster, logger: Self.quiet)
        _ = try? await cluster.modify(Pod.self, namespace: pod.namespace, name: pod.name, subresource: "status") {
            $0.json["status", "containerStatuses"] = [
                [
                    "name": "chaos-runner", "ready": false,
                    "state": ["terminated": ["exitCode": .int(Int64(code)), "reason": "Completed"]],
                ]
            ]
            $0.json["status", "phase"] = code == 0 ? "Succeeded" : "Failed"
            return true
        }
    }
}

extension World {
    /// Runs `body` beside the operator, the controllers of Kubernetes, a node and an application of three pods.
    static func run(
        configuration: OperatorConfiguration = OperatorConfiguration(), withAccount: Bool = true,
        withExperiment: Bool = true, runners: Bool = true,
        _ body: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        let world = World(configuration: configuration)
        let cluster = world.cluster
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await WorkloadControllers(client: cluster, logger: Self.quiet).run() }
            group.addTask { try await FakeNode(in: cluster).run() }
            group.addTask {
                try await ChaosOperator(client: cluster, configuration: configuration, logger: Self.quiet).run()
            }
            if runners { group.addTask { try await world.runRunners() } }
            var deployment = Deployment(name: "web", namespace: "shop")
            deployment.json["spec"] = [
                "replicas": 3, "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "main", "image": "web"]]],
                ],
            ]
            _ = try await cluster.create(deployment)
            if withAccount { _ = try await cluster.create(ServiceAccount(name: "sa", namespace: "shop")) }
            if withExperiment { try await world.addExperiment() }
            try await cluster.waitFor(Pod.self) { $0.count(where: \.isReady) == 3 }
            try await body(world)
            group.cancelAll()
        }
    }

    func addExperiment() async throws {
        let fault = try #require(FaultCatalog.fault(named: "pod-delete"))
        _ = try await cluster.create(ChaosExperiment(json: fault.manifest(namespace: "shop")))
    }
}
