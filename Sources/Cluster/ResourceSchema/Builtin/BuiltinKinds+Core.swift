import KubernetesAPI

extension BuiltinKinds {
    /// The core group.
    static let core: [ServedResource] = [
        resource("Binding", "bindings", verbs: ["create"]),
        resource("ConfigMap", "configmaps", short: ["cm"], columns: ConfigurationColumns.configMap),
        resource("Endpoints", "endpoints", short: ["ep"], columns: NetworkColumns.endpoints),
        resource(
            "Event", "events", short: ["ev"],
            selectable: [
                "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type",
            ], columns: EventColumns.core, standard: []),
        resource("LimitRange", "limitranges", short: ["limits"], columns: [PrinterColumn.createdAt], standard: [.name]),
        resource(
            "Namespace", "namespaces", namespaced: false, short: ["ns"],
            verbs: ServedResource.allVerbs.filter { $0 != "deletecollection" }, subresources: ["finalize", "status"],
            selectable: ["status.phase"], columns: [.text("Status") { $0["status", "phase"] }]),
        resource(
            "Node", "nodes", namespaced: false, short: ["no"], subresources: ["proxy", "status"],
            selectable: ["spec.unschedulable"], columns: NodeColumns.node, standard: [.name]),
        resource(
            "PersistentVolumeClaim", "persistentvolumeclaims", short: ["pvc"], subresources: ["status"],
            columns: StorageColumns.claim),
        resource(
            "PersistentVolume", "persistentvolumes", namespaced: false, short: ["pv"], subresources: ["status"],
            columns: StorageColumns.volume),
        resource(
            "Pod", "pods", short: ["po"], inAll: true,
            subresources: [
                "attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "status",
            ],
            selectable: [
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
                "spec.hostNetwork", "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
            ], columns: PodColumns.pod),
        resource(
            "ReplicationController", "replicationcontrollers", short: ["rc"], inAll: true,
            subresources: ["scale", "status"], scale: replicaPaths, selectable: ["status.replicas"],
            columns: WorkloadColumns.replicas),
        resource(
            "ResourceQuota", "resourcequotas", short: ["quota"], subresources: ["status"],
            columns: ConfigurationColumns.quota),
        resource("Secret", "secrets", selectable: ["type"], columns: ConfigurationColumns.secret),
        resource(
            "ServiceAccount", "serviceaccounts", short: ["sa"], subresources: ["token"],
            columns: ConfigurationColumns.serviceAccount),
        resource(
            "Service", "services", short: ["svc"], inAll: true, subresources: ["proxy", "status"],
            selectable: ["spec.clusterIP", "spec.type"], columns: NetworkColumns.service),
    ]
}
