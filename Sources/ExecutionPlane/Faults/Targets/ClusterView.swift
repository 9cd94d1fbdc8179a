import KubernetesAPI

/// What was read of a cluster to choose targets from.
public struct ClusterView: Sendable {
    public var pods: [Pod]
    public var replicaSets: [ReplicaSet]
    /// core/v1 ReplicationControllers.
    public var replicationControllers: [JSON]
    /// Nodes that the wanted label selects; nil when none is asked for.
    public var nodes: [Node]?

    public init(
        pods: [Pod], replicaSets: [ReplicaSet] = [], replicationControllers: [JSON] = [], nodes: [Node]? = nil
    ) {
        self.pods = pods
        self.replicaSets = replicaSets
        self.replicationControllers = replicationControllers
        self.nodes = nodes
    }

    /// The workload that a pod belongs to in the end: a ReplicaSet's Deployment rather than the ReplicaSet.
    public func workload(of pod: Pod) -> Target.Workload? {
        guard let owner = pod.metadata.controller ?? pod.metadata.ownerReferences.last else { return nil }
        let direct = Target.Workload(
            kind: owner.kind.lowercased(), namespace: pod.namespace, name: owner.name, apiVersion: owner.apiVersion)
        let above: OwnerReference?
        switch owner.kind {
        case "ReplicaSet":
            above = replicaSets.first { $0.namespace == pod.namespace && $0.name == owner.name }?.metadata.controller
        case "ReplicationController":
            above =
                replicationControllers.lazy.map { ObjectMeta(json: $0["metadata"]) }
                .first { $0.namespace == pod.namespace && $0.name == owner.name }?.controller
        default: return direct
        }
        guard let above else { return direct }
        return Target.Workload(
            kind: above.kind.lowercased(), namespace: pod.namespace, name: above.name, apiVersion: above.apiVersion)
    }
}
