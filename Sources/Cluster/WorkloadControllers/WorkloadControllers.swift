import ControllerRuntime
import KubernetesAPI
import Logging
import ServiceLifecycle

/// The controllers that make workloads run, as one service on shared informers: scheduler, deployments, replica sets,
/// stateful sets, daemon sets, jobs, cron jobs, endpoints, namespaces, garbage collection, defaults of namespaces, and
/// the removal of lost pods and old events.
///
/// Needs a client that may do everything. May be killed and started again at any moment.
public struct WorkloadControllers: ServiceLifecycle.Service {
    public struct Options: Sendable {
        /// The certificate authority of the API server in PEM, for `kube-root-ca.crt` in each namespace; empty: none.
        public var rootCA: String
        /// How many keys of one controller are worked on at a time.
        public var workers: Int
        public var time: TimeSource

        public init(rootCA: String = "", workers: Int = 4, time: TimeSource = .continuous) {
            self.rootCA = rootCA
            self.workers = workers
            self.time = time
        }
    }

    private let manager: ControllerManager

    public init(
        client: any APIClient, options: Options = Options(), logger: Logger = Logger(label: "litmus.workloads")
    ) {
        manager = ControllerManager(client: client, time: options.time, logger: logger)
        let composition = Composition(manager: manager, options: options, logger: logger)
        composition.addPodControllers()
        composition.addClusterControllers()
    }

    public func run() async throws { try await manager.run() }
}

/// Which controllers there are, and what each needs.
private struct Composition {
    let manager: ControllerManager
    let options: WorkloadControllers.Options
    let logger: Logger

    private var pods: Informer<Pod> { manager.informer() }
    private var nodes: Informer<Node> { manager.informer() }
    private var time: TimeSource { options.time }

    func addPodControllers() {
        let scheduler = SchedulerReconciler(
            client: manager.client, pods: pods, nodes: nodes,
            events: manager.recorder(component: SchedulerReconciler.name), time: time)
        manager.addController("scheduler", reconciler: scheduler, sources: scheduler.sources, workers: 1)

        let replicaSets = ReplicaSetReconciler(
            sets: manager.informer(), pods: pods, events: manager.recorder(component: "replicaset-controller"),
            time: time)
        add("replicaset", replicaSets, replicaSets.sources)

        let deployments = DeploymentReconciler(
            deployments: manager.informer(), sets: manager.informer(), pods: pods,
            events: manager.recorder(component: "deployment-controller"), time: time)
        add("deployment", deployments, deployments.sources)

        let statefulSets = StatefulSetReconciler(
            sets: manager.informer(), pods: pods, claims: manager.informer(),
            events: manager.recorder(component: "statefulset-controller"), time: time)
        add("statefulset", statefulSets, statefulSets.sources)

        let daemonSets = DaemonSetReconciler(
            sets: manager.informer(), pods: pods, nodes: nodes,
            events: manager.recorder(component: "daemonset-controller"), time: time)
        add("daemonset", daemonSets, daemonSets.sources)

        let jobs = JobReconciler(
            jobs: manager.informer(), pods: pods, events: manager.recorder(component: "job-controller"), time: time)
        add("job", jobs, jobs.sources)

        let cronJobs = CronJobReconciler(
            crons: manager.informer(), jobs: manager.informer(),
            events: manager.recorder(component: "cronjob-controller"), time: time)
        add("cronjob", cronJobs, cronJobs.sources)
    }

    func addClusterControllers() {
        let endpoints = EndpointsReconciler(
            services: manager.informer(), pods: pods, slices: manager.informer(), legacy: manager.informer())
        add("endpoints", endpoints, endpoints.sources)

        let namespaces = NamespaceReconciler(
            client: manager.client, namespaces: manager.informer(), pods: pods, time: time)
        add("namespace", namespaces, namespaces.sources)

        let defaults = NamespaceDefaultsReconciler(
            namespaces: manager.informer(),
            accounts: manager.informer(fields: FieldSelector(name: NamespaceDefaultsReconciler.accountName)),
            rootCAs: manager.informer(fields: FieldSelector(name: NamespaceDefaultsReconciler.rootCAName)),
            rootCA: options.rootCA)
        add("namespace-defaults", defaults, defaults.sources)

        let lostPods = PodCollector(pods: pods, nodes: nodes, time: time)
        add("pod-collector", lostPods, lostPods.sources)

        manager.add(
            GarbageCollector(
                client: manager.client, definitions: manager.informer(), time: time, logger: logger))
        manager.add(EventExpiry(client: manager.client, time: time, logger: logger))
    }

    private func add(_ name: String, _ reconciler: any Reconciler, _ sources: [Source]) {
        manager.addController(name, reconciler: reconciler, sources: sources, workers: options.workers)
    }
}
