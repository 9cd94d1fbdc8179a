import KubernetesAPI

/// What a deployment asks for, with defaults.
struct DeploymentSpec: Equatable {
    var replicas: Int
    var isRecreate: Bool
    var maxSurge: Int
    var maxUnavailable: Int
    var minReadySeconds: Int
    var revisionHistoryLimit: Int
    var progressDeadline: Duration
    var isPaused: Bool

    init(_ deployment: Deployment) {
        let spec = deployment.json["spec"]
        replicas = deployment.replicas
        isRecreate = spec["strategy", "type"].string == "Recreate"
        let rolling = spec["strategy", "rollingUpdate"]
        maxSurge = IntOrPercent.value(rolling["maxSurge"], of: replicas, roundUp: true, default: "25%")
        maxUnavailable = IntOrPercent.value(rolling["maxUnavailable"], of: replicas, roundUp: false, default: "25%")
        // Both zero would never move.
        if maxSurge == 0, maxUnavailable == 0 { maxUnavailable = 1 }
        if isRecreate {
            maxSurge = 0
            maxUnavailable = 0
        }
        maxUnavailable = min(maxUnavailable, replicas)
        minReadySeconds = spec["minReadySeconds"].int ?? 0
        revisionHistoryLimit = spec["revisionHistoryLimit"].int ?? 10
        progressDeadline = .seconds(spec["progressDeadlineSeconds"].int ?? 600)
        isPaused = spec["paused"].bool ?? false
    }

    /// The most pods at a time.
    var maxReplicas: Int { replicas + maxSurge }
}

extension ReplicaSet {
    static let revisionAnnotation = "deployment.kubernetes.io/revision"
    static let desiredAnnotation = "deployment.kubernetes.io/desired-replicas"
    static let maximumAnnotation = "deployment.kubernetes.io/max-replicas"
    static let hashLabel = "pod-template-hash"

    var revision: Int { metadata.annotations[Self.revisionAnnotation].flatMap(Int.init) ?? 0 }

    /// Counts of the status.
    func count(_ field: String) -> Int { json["status", field].int ?? 0 }

    /// The template without the label that told it apart.
    var plainTemplate: JSON {
        var template = template
        template["metadata", "labels", Self.hashLabel] = .null
        if template["metadata", "labels"].object?.isEmpty == true { template["metadata", "labels"] = .null }
        return template
    }

    /// Older first; names decide where the time stamps' seconds do not.
    static func isOlder(_ left: ReplicaSet, _ right: ReplicaSet) -> Bool {
        let times = [left, right].map { $0.metadata.creationTimestamp ?? Timestamp(microseconds: 0) }
        return times[0] == times[1] ? left.name < right.name : times[0] < times[1]
    }
}
