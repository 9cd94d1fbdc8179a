import KubernetesAPI

extension InMemoryStore {
    /// `pods/binding`.
    mutating func bind(_ key: ObjectKey, _ binding: JSON, now: Timestamp) throws -> JSON {
        var pod = Pod(json: try get(Pod.type.gvr, key))
        guard pod.nodeName.isEmpty else {
            throw Status.conflict(
                Pod.type.gvr, name: key.name, "pod \(key.name) is already assigned to node \"\(pod.nodeName)\"")
        }
        pod.json["spec", "nodeName"] = binding["target", "name"]
        pod.json = try update(Pod.type.gvr, key, subresource: nil, pod.json)
        pod.setCondition("PodScheduled", true, now: now)
        return try update(Pod.type.gvr, key, subresource: "status", pod.json)
    }
}

extension Pod {
    /// Sets a condition of the status.
    mutating func setCondition(_ type: String, _ value: Bool, now: Timestamp) {
        var conditions = (json["status", "conditions"].array ?? []).filter { $0["type"].string != type }
        conditions.append([
            "type": .string(type), "status": value ? "True" : "False", "lastTransitionTime": .string(now.description),
        ])
        json["status", "conditions"] = .array(conditions)
    }
}

extension InMemoryCluster {
    /// Types served by default.
    public static let builtinTypes: [ResourceType] = [
        Namespace.type, Node.type, Pod.type, ConfigMap.type, Secret.type, ServiceAccount.type, Event.type, Service.type,
        Deployment.type, ReplicaSet.type, StatefulSet.type, DaemonSet.type, Job.type, EndpointSlice.type, Lease.type,
        CustomResourceDefinition.type,
        ResourceType(group: "", version: "v1", kind: "Endpoints", plural: "endpoints"),
        ResourceType(group: "", version: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims"),
        ResourceType(group: "batch", version: "v1", kind: "CronJob", plural: "cronjobs"),
        ResourceType(group: "apps", version: "v1", kind: "ControllerRevision", plural: "controllerrevisions"),
    ]

    /// Changes a pod's status as a kubelet does: the phase, and whether all its containers are ready.
    public func setPod(_ key: ObjectKey, phase: String, ready: Bool, exitCode: Int? = nil) async throws {
        try await modify(Pod.self, namespace: key.namespace, name: key.name, subresource: "status") { pod in
            pod.json["status", "phase"] = .string(phase)
            if pod.podIP.isEmpty {
                let number = pod.metadata.uid.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) % 60_000 }
                pod.json["status", "podIP"] = .string("10.1.\(number / 250).\(number % 250 + 1)")
            }
            pod.setCondition("Ready", ready, now: .now)
            pod.json["status", "containerStatuses"] = .array(
                pod.containers.map { container in
                    var status: JSON = ["name": .string(container.name), "ready": .bool(ready), "restartCount": 0]
                    status["containerID"] = .string("fake://\(pod.metadata.uid)-\(container.name)")
                    if let exitCode {
                        status["state"] = ["terminated": ["exitCode": .int(Int64(exitCode))]]
                    } else {
                        status["state"] = ["running": [:]]
                    }
                    return status
                })
            return true
        }
    }
}
