import KubernetesAPI

extension BuiltinDefaulting {
    /// The status that a new object of a built-in kind has, whatever its creator wrote; nil for kinds whose creators may
    /// write it. Null means none.
    public static func initialStatus(of kind: String, _ object: JSON) -> JSON? {
        switch kind {
        case "Pod": ["phase": "Pending", "qosClass": .string(qualityOfService(of: object))]
        case "Namespace": ["phase": "Active"]
        case "Service": ["loadBalancer": [:]]
        case "Deployment", "DaemonSet", "Job", "CronJob", "Ingress", "PodDisruptionBudget", "ResourceQuota": [:]
        case "ReplicaSet", "ReplicationController": ["replicas": 0]
        case "StatefulSet": ["replicas": 0, "availableReplicas": 0]
        case "PersistentVolumeClaim", "PersistentVolume": ["phase": "Pending"]
        default: nil
        }
    }

    /// `Guaranteed`, `Burstable` or `BestEffort`, from the requests and limits of CPU and memory of all containers.
    public static func qualityOfService(of pod: JSON) -> String {
        let lists = ["containers", "initContainers"].flatMap { pod["spec"][$0].array ?? [] }
        let resources = lists.map { $0["resources"] }
        let names = ["cpu", "memory"]
        func isSet(_ value: JSON) -> Bool { Quantity(value).map { $0.value > 0 } ?? false }
        let hasAny = resources.contains { resource in
            names.contains { isSet(resource["requests"][$0]) || isSet(resource["limits"][$0]) }
        }
        guard hasAny else { return "BestEffort" }
        let isGuaranteed = resources.allSatisfy { resource in
            names.allSatisfy { name in
                let limit = resource["limits"][name]
                let request = resource["requests"][name]
                return isSet(limit) && (request.isNull || Quantity(request)?.value == Quantity(limit)?.value)
            }
        }
        return isGuaranteed ? "Guaranteed" : "Burstable"
    }
}
