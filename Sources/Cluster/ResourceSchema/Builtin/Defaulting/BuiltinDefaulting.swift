import KubernetesAPI

/// Defaults of built-in kinds that depend on other fields, and those that Kubernetes fills in for older clients.
///
/// Applied after the defaults of the schema, on create and on every write.
public enum BuiltinDefaulting {
    /// - Parameter kind: such as `Pod`; kinds without such defaults are left as they are.
    public static func apply(_ kind: String, _ object: inout JSON) {
        switch kind {
        case "Pod": PodDefaults.applySpec(&object["spec"])
        case "Service": ServiceDefaults.apply(&object)
        case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "CronJob":
            WorkloadDefaults.apply(kind, &object)
        case "Secret": mergeStringData(&object)
        case "RoleBinding", "ClusterRoleBinding": completeBinding(&object)
        case "Namespace": completeNamespace(&object)
        case "CustomResourceDefinition": completeDefinition(&object)
        case "PersistentVolumeClaim", "PersistentVolume":
            if object["status", "phase"].isNull { object["status", "phase"] = "Pending" }
        case "NetworkPolicy": completePolicy(&object)
        default: break
        }
    }

    private static func mergeStringData(_ secret: inout JSON) {
        for (key, value) in secret["stringData"].stringMap {
            secret["data"][key] = .string(Base64.encode(Array(value.utf8)))
        }
        secret["stringData"] = .null
    }

    private static func completeBinding(_ binding: inout JSON) {
        let group = JSON.string("rbac.authorization.k8s.io")
        if !binding["roleRef"].isNull, binding["roleRef", "apiGroup"].isNull || binding["roleRef", "apiGroup"] == "" {
            binding["roleRef", "apiGroup"] = group
        }
        for index in (binding["subjects"].array ?? []).indices {
            binding["subjects"].edit(index) { subject in
                if ["User", "Group"].contains(subject["kind"].string ?? "") && subject["apiGroup"].isNull {
                    subject["apiGroup"] = group
                }
            }
        }
    }

    private static func completeNamespace(_ namespace: inout JSON) {
        if let name = namespace["metadata", "name"].string, !name.isEmpty {
            namespace["metadata", "labels", "kubernetes.io/metadata.name"] = .string(name)
        }
        if namespace["spec", "finalizers"].isNull && namespace["metadata", "deletionTimestamp"].isNull {
            namespace["spec", "finalizers"] = ["kubernetes"]
        }
        if namespace["status", "phase"].isNull { namespace["status", "phase"] = "Active" }
    }

    private static func completeDefinition(_ definition: inout JSON) {
        let kind = definition["spec", "names", "kind"].string ?? ""
        if definition["spec", "names", "singular"].isNull, !kind.isEmpty {
            definition["spec", "names", "singular"] = .string(kind.lowercased())
        }
        if definition["spec", "names", "listKind"].isNull, !kind.isEmpty {
            definition["spec", "names", "listKind"] = .string(kind + "List")
        }
    }

    private static func completePolicy(_ policy: inout JSON) {
        guard policy["spec", "policyTypes"].isNull else { return }
        policy["spec", "policyTypes"] = policy["spec", "egress"].isNull ? ["Ingress"] : ["Ingress", "Egress"]
    }
}

extension JSON {
    /// Changes the element at `index` in place; nothing happens where there is none.
    mutating func edit(_ index: Int, _ change: (inout JSON) -> Void) {
        guard case .array(var elements) = self, elements.indices.contains(index) else { return }
        self = .null
        change(&elements[index])
        self = .array(elements)
    }

    /// Changes every element of an array in place.
    mutating func editEach(_ change: (inout JSON) -> Void) {
        for index in (array ?? []).indices { edit(index, change) }
    }

    /// Sets `key` where it is absent.
    mutating func setDefault(_ key: String, _ value: @autoclosure () -> JSON) {
        if self[key].isNull { self[key] = value() }
    }
}
