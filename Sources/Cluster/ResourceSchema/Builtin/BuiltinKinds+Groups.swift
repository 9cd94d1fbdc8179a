import KubernetesAPI

extension BuiltinKinds {
    /// `apps` and `batch`.
    static let workloads: [ServedResource] = [
        resource("ControllerRevision", "controllerrevisions", in: "apps", columns: WorkloadColumns.revision),
        resource(
            "DaemonSet", "daemonsets", in: "apps", short: ["ds"], inAll: true, subresources: ["status"],
            columns: WorkloadColumns.daemonSet),
        resource(
            "Deployment", "deployments", in: "apps", short: ["deploy"], inAll: true, subresources: ["scale", "status"],
            scale: replicaPaths, columns: WorkloadColumns.deployment),
        resource(
            "ReplicaSet", "replicasets", in: "apps", short: ["rs"], inAll: true, subresources: ["scale", "status"],
            scale: replicaPaths, selectable: ["status.replicas"], columns: WorkloadColumns.replicas),
        resource(
            "StatefulSet", "statefulsets", in: "apps", short: ["sts"], inAll: true, subresources: ["scale", "status"],
            scale: replicaPaths, columns: WorkloadColumns.statefulSet),
        resource(
            "CronJob", "cronjobs", in: "batch", short: ["cj"], inAll: true, subresources: ["status"],
            columns: WorkloadColumns.cronJob),
        resource(
            "Job", "jobs", in: "batch", inAll: true, subresources: ["status"], selectable: ["status.successful"],
            columns: WorkloadColumns.job),
    ]

    /// Identities, permissions and the reviews of them.
    static let access: [ServedResource] = [
        resource(
            "SelfSubjectReview", "selfsubjectreviews", in: "authentication.k8s.io", namespaced: false, verbs: ["create"]
        ),
        resource("TokenReview", "tokenreviews", in: "authentication.k8s.io", namespaced: false, verbs: ["create"]),
        resource(
            "LocalSubjectAccessReview", "localsubjectaccessreviews", in: "authorization.k8s.io", verbs: ["create"]),
        resource(
            "SelfSubjectAccessReview", "selfsubjectaccessreviews", in: "authorization.k8s.io", namespaced: false,
            verbs: ["create"]),
        resource(
            "SelfSubjectRulesReview", "selfsubjectrulesreviews", in: "authorization.k8s.io", namespaced: false,
            verbs: ["create"]),
        resource(
            "SubjectAccessReview", "subjectaccessreviews", in: "authorization.k8s.io", namespaced: false,
            verbs: ["create"]),
        resource(
            "ClusterRoleBinding", "clusterrolebindings", in: rbac, namespaced: false, columns: AccessColumns.binding),
        resource(
            "ClusterRole", "clusterroles", in: rbac, namespaced: false, columns: [PrinterColumn.createdAt],
            standard: [.name]),
        resource("RoleBinding", "rolebindings", in: rbac, columns: AccessColumns.binding),
        resource("Role", "roles", in: rbac, columns: [PrinterColumn.createdAt], standard: [.name]),
    ]

    private static let rbac = "rbac.authorization.k8s.io"

    /// The other groups.
    static let extras: [ServedResource] = [
        resource(
            "CustomResourceDefinition", "customresourcedefinitions", in: "apiextensions.k8s.io", namespaced: false,
            short: ["crd", "crds"], subresources: ["status"], columns: [PrinterColumn.createdAt], standard: [.name]),
        resource(
            "Lease", "leases", in: "coordination.k8s.io", columns: [.text("Holder") { $0["spec", "holderIdentity"] }]),
        resource("EndpointSlice", "endpointslices", in: "discovery.k8s.io", columns: NetworkColumns.endpointSlice),
        resource(
            "Event", "events", in: "events.k8s.io", short: ["ev"],
            selectable: [
                "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion",
                "regarding.resourceVersion", "regarding.fieldPath", "reason", "reportingController", "type",
            ], columns: EventColumns.events, standard: []),
        resource(
            "Ingress", "ingresses", in: "networking.k8s.io", short: ["ing"], subresources: ["status"],
            columns: NetworkColumns.ingress),
        resource(
            "NetworkPolicy", "networkpolicies", in: "networking.k8s.io", short: ["netpol"],
            columns: NetworkColumns.policy),
        resource(
            "PodDisruptionBudget", "poddisruptionbudgets", in: "policy", short: ["pdb"], subresources: ["status"],
            columns: WorkloadColumns.disruptionBudget),
        resource(
            "PriorityClass", "priorityclasses", in: "scheduling.k8s.io", namespaced: false, short: ["pc"],
            columns: ConfigurationColumns.priorityClass),
        resource(
            "StorageClass", "storageclasses", in: "storage.k8s.io", namespaced: false, short: ["sc"],
            columns: StorageColumns.storageClass),
    ]
}
