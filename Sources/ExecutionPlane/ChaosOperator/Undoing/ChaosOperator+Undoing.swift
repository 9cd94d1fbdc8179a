import ChaosAPI
import ControllerRuntime
import KubernetesAPI
import Logging

extension ChaosOperator {
    /// Adds the controller of helpers' ends. Where a watchdog of the node undoes, helpers have no finalizer and nothing is
    /// to be done.
    static func addUndoing(
        to manager: ControllerManager, engines: Informer<ChaosEngine>, pods: Informer<Pod>, events: EventRecorder,
        configuration: OperatorConfiguration, time: TimeSource, logger: Logger
    ) {
        guard configuration.platform.injection != .watchedHelper else { return }
        let reverts = manager.informer(
            Pod.self, namespace: configuration.namespace,
            labels: LabelSelector(matching: HelperContract.revertLabels))
        reverts.addIndex(HelperReconciler.revertsByHelper) { pod in
            pod.metadata.annotations[HelperContract.helperAnnotation].map { [$0] } ?? []
        }
        let reconciler = HelperReconciler(
            client: manager.client, engines: engines, pods: pods, reverts: reverts, events: events,
            configuration: configuration, time: time, logger: logger)
        manager.addController(
            "helper", reconciler: reconciler,
            sources: [
                .mapped(pods) { pod in
                    pod.metadata.finalizers.contains(HelperContract.finalizer) ? [pod.key] : []
                },
                .mapped(reverts) { pod in RevertPod.helper(of: pod).map { [$0] } ?? [] },
                .cache(engines),
            ], workers: configuration.workers)
    }
}
