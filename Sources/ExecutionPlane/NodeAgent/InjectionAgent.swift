import ChaosAPI
import ControllerRuntime
import Host
import Injection
import KubernetesAPI
import Logging
import ServiceLifecycle

/// The role `litmus node-agent`: carries out orders on its node without a pod being started, and undoes whatever nobody
/// answers for any more.
///
/// An order is a pod that no scheduler takes (`HelperContract.nodeAgentScheduler`); the agent plays its helper: same
/// reports, same status, same end. So whoever made the pod, watches or deletes it needs to know nothing of agents. Its
/// finalizer goes when what was injected is undone.
public struct InjectionAgent: ServiceLifecycle.Service {
    private let node: String
    private let namespace: String?
    private let client: any APIClient
    private let journal: Journal
    private let time: TimeSource
    private let logger: Logger

    /// - Parameters:
    ///   - node: its own, as the cluster names it.
    ///   - namespace: the only one of which it may see pods; nil is all.
    ///   - journal: of the node, not of the agent's pod.
    public init(
        node: String, namespace: String? = nil, client: any APIClient, journal: Journal = Journal(),
        time: TimeSource = .continuous,
        logger: Logger = Logger(label: "litmus.node-agent")
    ) {
        self.node = node
        self.namespace = namespace
        self.client = client
        self.journal = journal
        self.time = time
        self.logger = logger
    }

    /// Works until cancelled or shut down gracefully; then it undoes everything, says so, and returns within two seconds.
    /// - Throws: `HostError` when the journal cannot be written.
    public func run() async throws {
        try await cancelWhenGracefulShutdown { try await work() }
    }

    private func work() async throws {
        let lock = try await journal.lockForAgent()
        await replay()
        let executions = Executions()
        let manager = ControllerManager(client: client, time: time, logger: logger)
        let labels = LabelSelector(matching: [HelperContract.nodeLabel: HelperContract.nodeLabelValue(node)])
        let pods = manager.informer(Pod.self, namespace: namespace, labels: labels)
        let reconciler = OrderReconciler(
            node: node, client: client, pods: pods, executions: executions, journal: journal, time: time, logger: logger
        )
        let controller = manager.addController("order", reconciler: reconciler, sources: [.kind(pods)], workers: 8)
        await executions.onEnd { controller.enqueue($0) }
        logger.info("following orders", metadata: ["node": "\(node)", "journal": "\(journal.directory)"])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await Watchdog(journal: journal, isolates: false, logger: logger).run() }
            group.addTask { try? await manager.run() }
            await group.next()
            group.cancelAll()
        }
        await end(executions, reconciler)
        withExtendedLifetime(lock) {}
    }

    /// Before anything else: what earlier lives and helpers have left.
    private func replay() async {
        for outcome in await Reverter(journal: journal, logger: logger).revertLost() {
            let entry: Logger.Metadata = ["order": "\(outcome.listing.order)", "action": "\(outcome.listing.action)"]
            if let problem = outcome.problem {
                logger.error("not undone yet: \(problem)", metadata: entry)
            } else {
                logger.notice("undone", metadata: entry)
            }
        }
    }

    /// The chaos ends with the agent, although the caller is being cancelled.
    private func end(_ executions: Executions, _ reconciler: OrderReconciler) async {
        let words = Task {
            await withTaskGroup(of: Void.self) { group in
                for (key, report) in await executions.endAll() {
                    group.addTask {
                        do {
                            try await reconciler.finish(key, report, reason: HelperContract.agentLost)
                        } catch {
                            // The next life finds the order begun and the journal without it.
                            logger.warning(
                                "end of an order not told", metadata: ["pod": "\(key)", "error": "\(error)"])
                        }
                    }
                }
            }
        }
        let alarm = Task {
            try await ContinuousClock().sleep(for: .milliseconds(1700))
            words.cancel()
        }
        await words.value
        alarm.cancel()
    }
}
