import KubernetesAPI

/// What a replica set lacks or has too many of, and its status. Pure.
struct ReplicaSetStep: Equatable {
    enum Action: Equatable {
        case create(Int)
        case delete([Pod])
    }

    var action: Action?
    /// Without the condition `ReplicaFailure`, which only acting can tell.
    var status: JSON
    /// When a pod that is ready becomes available by the passing of time.
    var nextAvailable: Duration?

    /// As many as Kubernetes makes or deletes in one go.
    static let burst = 500

    init(_ set: ReplicaSet, pods: [Pod], now: Timestamp) {
        let active = pods.filter(\.isActive)
        let minReady = set.json["spec", "minReadySeconds"].int ?? 0
        let difference = set.metadata.isBeingDeleted ? 0 : set.replicas - active.count
        if difference > 0 {
            action = .create(min(difference, Self.burst))
        } else if difference < 0 {
            let first = active.sorted { DeletionRank($0) < DeletionRank($1) }
            action = .delete(Array(first.prefix(min(-difference, Self.burst))))
        }
        let labels = LabelSelector(matching: ObjectMeta(json: set.template["metadata"]).labels)
        status = [
            "replicas": .count(active.count),
            "fullyLabeledReplicas": .countOrNone(active.count { labels.matches($0.metadata.labels) }),
            "readyReplicas": .countOrNone(active.count(where: \.isReady)),
            "availableReplicas": .countOrNone(
                active.count { $0.isAvailable(minReadySeconds: minReady, now: now) }),
            "observedGeneration": .count(set.metadata.generation),
        ]
        status["conditions"] = set.json["status", "conditions"]
        nextAvailable = active.compactMap { $0.timeToAvailable(minReadySeconds: minReady, now: now) }.min()
    }
}
