/// What an agent is told to do: `requestType` of an action that comes over `infraConnect`.
public enum ActionType: String, Codable, Sendable, Hashable, CaseIterable {
    /// Make the object of `k8sManifest` in the cluster.
    case create
    /// Change the object of `k8sManifest`.
    case update
    /// Delete the object of `k8sManifest`, by its name, or by its labels where it has none.
    case delete
    /// Read the object of `k8sManifest`.
    case get
    /// End and delete all runs of the experiment whose id is `externalData`.
    case deleteExperiment = "workflow_delete"
    /// Delete the run whose id is `externalData`.
    case deleteRun = "workflow_run_delete"
    /// Stop the run whose id is `externalData`.
    case stopRun = "workflow_run_stop"
    /// Read the logs that the `PodLogRequest` in `externalData` names; answered by the mutation `podLog`.
    case logs
    /// List objects as `externalData` says; answered by the mutation `kubeObj`.
    case listObjects = "kubeobject"
    /// List namespaces; answered by the mutation `kubeNamespace`.
    case listNamespaces = "namespace"
}
