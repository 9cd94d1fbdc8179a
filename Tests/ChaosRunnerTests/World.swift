import ChaosAPI
import ClusterTesting
import ControllerRuntime
import FaultCatalog
import KubernetesAPI
import Logging
import Testing
import WorkloadControllers

@testable import ChaosRunner

/// A cluster in memory in which deployments run, with an application of three pods and an engine that names it.
struct World: Sendable {
    static let namespace = "shop"

    let cluster = InMemoryCluster(
        types: InMemoryCluster.builtinTypes + [ChaosEngine.type, ChaosExperiment.type, ChaosResult.type])

    /// Runs `body` beside the workload controllers and a node, and ends those after it.
    static func run(
        outcome: @escaping @Sendable (Pod) -> FakeNode.Outcome = { _ in .ready }, replicas: Int = 3,
        _ body: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        let world = World()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await WorkloadControllers(client: world.cluster, logger: quiet).run() }
            group.addTask { try await FakeNode(in: world.cluster, outcome: outcome).run() }
            _ = try await world.cluster.create(world.deployment(replicas: replicas))
            try await world.cluster.waitFor(Pod.self, namespace: namespace) { $0.count(where: \.isReady) == replicas }
            try await body(world)
            group.cancelAll()
        }
    }

    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    private func deployment(replicas: Int) -> Deployment {
        var deployment = Deployment(name: "web", namespace: Self.namespace)
        deployment.json["spec"] = [
            "replicas": .int(Int64(replicas)), "selector": ["matchLabels": ["app": "web"]],
            "template": [
                "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "main", "image": "web"]]],
            ],
        ]
        return deployment
    }

    /// Makes an engine of these experiments, and their ChaosExperiments as the catalogue has them.
    func engine(
        experiments: [String] = ["pod-delete"], env: [String: String] = [:], probes: [JSON] = [], spec: JSON = [:],
        change: (inout ChaosExperiment) -> Void = { _ in }
    ) async throws -> ChaosEngine {
        for name in Set(experiments) {
            guard let fault = FaultCatalog.fault(named: name) else { continue }
            var experiment = ChaosExperiment(json: fault.manifest(namespace: Self.namespace))
            change(&experiment)
            _ = try await cluster.create(experiment)
        }
        let short = ["TOTAL_CHAOS_DURATION": "200ms", "CHAOS_INTERVAL": "100ms"].merging(env) { $1 }
        var engine = ChaosEngine(name: "nginx-chaos", namespace: Self.namespace)
        engine.spec = [
            "engineState": "active", "chaosServiceAccount": "sa",
            "experiments": .array(
                experiments.map { name in
                    [
                        "name": .string(name),
                        "spec": [
                            "probe": .array(probes),
                            "components": [
                                "statusCheckTimeouts": ["timeout": 5],
                                "env": .array(
                                    short.sorted { $0.key < $1.key }.map {
                                        ["name": .string($0.key), "value": .string($0.value)]
                                    }),
                            ],
                        ],
                    ]
                }),
        ]
        engine.spec = engine.spec.merging(patch: spec)
        engine.engineStatus = .initialized
        return try await cluster.create(engine)
    }

    /// What the operator gives the runner of an engine.
    func environment(_ engine: ChaosEngine, targets: String = "deployment:shop:[app=web]") -> [String: String] {
        [
            "CHAOSENGINE": engine.name, "CHAOS_NAMESPACE": engine.namespace, "TARGETS": targets,
            "EXPERIMENT_LIST": engine.experiments.map(\.name).joined(separator: ","), "CHAOS_SVC_ACC": "sa",
        ]
    }

    @discardableResult
    func runEngine(_ engine: ChaosEngine, targets: String = "deployment:shop:[app=web]") async -> Int32 {
        await ChaosRunner.run(
            environment: environment(engine, targets: targets), client: cluster, logger: Self.quiet)
    }

    func result(_ experiment: String = "pod-delete") async throws -> ChaosResult {
        try await cluster.get(ChaosResult.self, namespace: Self.namespace, name: "nginx-chaos-\(experiment)")
    }

    func entries() async throws -> [ExperimentStatus] {
        try await cluster.get(ChaosEngine.self, namespace: Self.namespace, name: "nginx-chaos").experimentStatuses
    }

    func events() async throws -> [Event] { try await cluster.list(Event.self, namespace: Self.namespace) }

    /// Pods of the application that were deleted, by whomever: their names never come back.
    func deletedPods() async throws -> Int {
        let made = Set(cluster.requests.filter { $0.verb == "delete" && $0.resource == "pods" }.compactMap(\.name))
        return made.count { $0.hasPrefix("web-") }
    }

    static func probe(mode: String, command: String, expected: String, stopOnFailure: Bool = false) -> JSON {
        [
            "name": "check", "type": "cmdProbe", "mode": .string(mode),
            "runProperties": [
                "probeTimeout": "2s", "interval": "10ms", "attempt": 1, "probePollingInterval": "20ms",
                "stopOnFailure": .bool(stopOnFailure),
            ],
            "cmdProbe/inputs": [
                "command": .string(command),
                "comparator": ["type": "string", "criteria": "equal", "value": .string(expected)],
            ],
        ]
    }
}
