import KubernetesAPI

extension Pod {
    /// Neither finished nor being deleted: it counts for the controller that owns it.
    var isActive: Bool { !isFinished && !metadata.isBeingDeleted }

    func condition(_ type: String) -> JSON {
        (json["status", "conditions"].array ?? []).first { $0["type"].string == type } ?? .null
    }

    /// When the pod became ready; nil while it is not.
    var readySince: Timestamp? {
        let ready = condition("Ready")
        guard ready["status"].string == "True" else { return nil }
        return ready["lastTransitionTime"].string.flatMap(Timestamp.init) ?? Timestamp(microseconds: 0)
    }

    /// Ready for at least `minReadySeconds`.
    func isAvailable(minReadySeconds: Int, now: Timestamp) -> Bool {
        guard let since = readySince else { return false }
        return minReadySeconds == 0 || now - since >= .seconds(minReadySeconds)
    }

    /// How long until a ready pod is available; nil when it is, or is not ready.
    func timeToAvailable(minReadySeconds: Int, now: Timestamp) -> Duration? {
        guard minReadySeconds > 0, let since = readySince else { return nil }
        let rest = .seconds(minReadySeconds) - (now - since)
        return rest > .zero ? rest : nil
    }

    var restartCount: Int { containerStatuses.reduce(0) { $0 + $1.restartCount } }

    /// `controller.kubernetes.io/pod-deletion-cost`.
    var deletionCost: Int {
        metadata.annotations["controller.kubernetes.io/pod-deletion-cost"].flatMap(Int.init) ?? 0
    }
}

/// Which pods a controller deletes first when it has too many: those that would be missed least, as Kubernetes orders them.
struct DeletionRank: Comparable {
    private let values: [Int64]

    init(_ pod: Pod) {
        let phase: Int64 =
            switch pod.phase {
            case "Running": 2
            case "Unknown": 1
            default: 0
            }
        values = [
            pod.nodeName.isEmpty ? 0 : 1, phase, pod.isReady ? 1 : 0, Int64(pod.deletionCost),
            -(pod.readySince?.microseconds ?? 0), -Int64(pod.restartCount),
            -(pod.metadata.creationTimestamp?.microseconds ?? 0),
        ]
    }

    static func < (left: DeletionRank, right: DeletionRank) -> Bool {
        left.values.lexicographicallyPrecedes(right.values)
    }
}
