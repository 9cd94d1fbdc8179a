import ChaosAPI
import ControllerRuntime
import KubernetesAPI
import Logging
import ServiceLifecycle

/// Turns ChaosEngines into runner pods, and what becomes of those into the engines' status: one pod an engine; abort,
/// clean-up and restart as the engine's state asks for. While chaos is halted (`Halt`), it aborts what runs and starts
/// nothing.
public final class ChaosOperator: ServiceLifecycle.Service {
    private let manager: ControllerManager
    private let engines: Informer<ChaosEngine>
    private let controller: Controller

    public init(
        client: any APIClient, configuration: OperatorConfiguration = OperatorConfiguration(),
        time: TimeSource = .continuous, logger: Logger = Logger(label: "litmus.operator")
    ) {
        manager = ControllerManager(
            client: client, leaderElection: configuration.leaderElection, time: time, logger: logger)
        let namespace = configuration.watchNamespace.isEmpty ? nil : configuration.watchNamespace
        let engines = manager.informer(ChaosEngine.self, namespace: namespace)
        self.engines = engines
        let experiments = manager.informer(ChaosExperiment.self, namespace: namespace)
        let pods = manager.informer(
            Pod.self, namespace: namespace, labels: LabelSelector([.exists(ChaosLabel.engineUID)]))
        pods.addIndex(ChaosEngineReconciler.podsByEngine) { pod in
            pod.metadata.labels[ChaosLabel.engineUID].map { [$0] } ?? []
        }
        engines.addIndex("uid") { [$0.uid] }
        let halt = HaltWatch(manager: manager, namespace: configuration.namespace)
        let events = manager.recorder(component: "chaos-operator")
        let reconciler = ChaosEngineReconciler(
            client: client, engines: engines, pods: pods, halt: halt, events: events, configuration: configuration,
            time: time, logger: logger)
        let controller = manager.addController(
            "chaosengine", reconciler: reconciler,
            sources: [
                .kind(engines),
                .mapped(pods) { pod in
                    guard let uid = pod.metadata.labels[ChaosLabel.engineUID] else { return [] }
                    return engines.list(index: "uid", uid).map(\.key)
                },
                // An engine may be made before the experiment that it names.
                .mapped(experiments) { experiment in
                    engines.list(namespace: experiment.namespace)
                        .filter { $0.experiments.first?.name == experiment.name && !$0.statusReason.isEmpty }
                        .map(\.key)
                },
            ], workers: configuration.workers)
        self.controller = controller
        Self.addUndoing(
            to: manager, engines: engines, pods: pods, events: events, configuration: configuration, time: time,
            logger: logger)
        // No source of the controller: aborts and deletions must go on where the operator may not read the order.
        halt.onChange(events: events, logger: logger) {
            for engine in engines.list() where engine.desiredState == .active { controller.enqueue(engine.key) }
        }
    }

    /// Works until cancelled or shut down gracefully.
    /// - Throws: `LeaderElectionError.lost` when another operator took over.
    public func run() async throws {
        try await manager.run()
    }
}

/// What an operator can tell of itself at one moment.
public struct OperatorReport: Sendable, Hashable {
    /// Whether it holds the lease, or needs none.
    public var isLeader: Bool
    /// Whether it does its work, or stands by for it.
    public var isReady: Bool
    /// Number of engines by `status.engineStatus`; `new` for those without.
    public var engines: [String: Int]
    public var reconciliations: ReconcileCounts

    public init(isLeader: Bool, isReady: Bool, engines: [String: Int], reconciliations: ReconcileCounts) {
        self.isLeader = isLeader
        self.isReady = isReady
        self.engines = engines
        self.reconciliations = reconciliations
    }
}

extension ChaosOperator {
    public var report: OperatorReport {
        let phase = manager.phase
        let states = engines.list().map { $0.engineStatus?.rawValue ?? "new" }
        return OperatorReport(
            isLeader: phase != .standby, isReady: phase != .starting,
            engines: Dictionary(states.map { ($0, 1) }, uniquingKeysWith: +),
            reconciliations: controller.reconciliations)
    }
}
