import KubernetesAPI
import Logging
import ServiceLifecycle
import Synchronization

/// Runs controllers over shared informers as one service, after winning an election where one is configured.
///
/// Add everything before `run()`. Order of stopping: controllers, then event recorders (which send what they have), then
/// informers.
public final class ControllerManager: ServiceLifecycle.Service {
    public let client: any APIClient
    private let leaderElection: LeaderElection?
    private let time: TimeSource
    private let logger: Logger
    private let parts = Mutex(Parts())

    private struct Parts {
        var informers: [InformerKey: any InformerService] = [:]
        var controllers: [any ServiceLifecycle.Service] = []
        var recorders: [String: EventRecorder] = [:]
        var isWorking = false
    }

    /// How far a manager is.
    public enum Phase: Sendable, Hashable {
        /// Another replica works, or the lease is still to be taken.
        case standby
        /// Its informers do not have their objects yet.
        case starting
        case working
    }

    private struct InformerKey: Hashable {
        var type: GroupVersionResource
        var view: ObjectIdentifier
        var namespace: String?
        var labels: LabelSelector
        var fields: FieldSelector
    }

    public init(
        client: any APIClient, leaderElection: LeaderElection? = nil, time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.manager")
    ) {
        self.client = client
        self.leaderElection = leaderElection
        self.time = time
        self.logger = logger
    }

    public var phase: Phase {
        let (isWorking, informers) = parts.withLock { ($0.isWorking, $0.informers.values.map(\.hasSynced)) }
        guard isWorking else { return .standby }
        return informers.allSatisfy { $0 } ? .working : .starting
    }

    /// The one informer for these objects.
    public func informer<Object: Resource>(
        _: Object.Type = Object.self, namespace: String? = nil, labels: LabelSelector = .everything,
        fields: FieldSelector = .everything
    ) -> Informer<Object> {
        let key = InformerKey(
            type: Object.type.gvr, view: ObjectIdentifier(Object.self), namespace: namespace, labels: labels,
            fields: fields)
        return parts.withLock { parts in
            if let informer = parts.informers[key] as? Informer<Object> { return informer }
            let informer = Informer<Object>(
                client: client, namespace: namespace, labels: labels, fields: fields, time: time, logger: logger)
            parts.informers[key] = informer
            return informer
        }
    }

    /// The one recorder that writes events as `component`.
    public func recorder(component: String) -> EventRecorder {
        parts.withLock { parts in
            if let recorder = parts.recorders[component] { return recorder }
            let recorder = EventRecorder(client: client, component: component, time: time, logger: logger)
            parts.recorders[component] = recorder
            return recorder
        }
    }

    /// Adds a controller, or any other service that needs the informers.
    public func add(_ controller: any ServiceLifecycle.Service) {
        parts.withLock { $0.controllers.append(controller) }
    }

    @discardableResult
    public func addController(
        _ name: String, reconciler: any Reconciler, sources: [Source], workers: Int = 2,
        limits: WorkQueueLimits = WorkQueueLimits()
    ) -> Controller {
        let controller = Controller(
            name, reconciler: reconciler, sources: sources, workers: workers, limits: limits, time: time, logger: logger
        )
        add(controller)
        return controller
    }

    /// - Throws: `LeaderElectionError.lost` when another replica took over; the process should end then.
    public func run() async throws {
        guard let leaderElection else { return try await runParts() }
        let elector = LeaderElector(leaderElection, client: client, time: time, logger: logger)
        try await elector.run { try await self.runParts() }
    }

    private func runParts() async throws {
        parts.withLock { $0.isWorking = true }
        defer { parts.withLock { $0.isWorking = false } }
        let (informers, controllers, recorders) = parts.withLock { parts in
            (Array(parts.informers.values), parts.controllers, Array(parts.recorders.values))
        }
        try await withThrowingTaskGroup(of: Void.self) { background in
            for service in informers { background.addTask { try await service.run() } }
            for recorder in recorders { background.addTask { await recorder.run() } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for controller in controllers { group.addTask { try await controller.run() } }
                // Without controllers the informers alone are the service.
                if controllers.isEmpty { try? await gracefulShutdown() }
                try await group.waitForAll()
            }
            background.cancelAll()
            try await background.waitForAll()
        }
    }
}

/// An informer of whatever kind.
private protocol InformerService: ServiceLifecycle.Service {
    var hasSynced: Bool { get }
}

extension Informer: InformerService {}
