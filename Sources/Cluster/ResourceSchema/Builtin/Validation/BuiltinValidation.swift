import KubernetesAPI

/// Rules of built-in kinds that a schema cannot say: names, references between fields, and what may not change.
///
/// Run after the schema's own validation, on objects with defaults applied.
public enum BuiltinValidation {
    /// - Parameter kind: such as `Pod`; for other kinds nothing is checked.
    /// - Returns: what is wrong, in Kubernetes' wording; metadata is checked by `validateMetadata`.
    public static func validate(_ kind: String, _ object: JSON) -> [FieldError] {
        switch kind {
        case "Pod": return PodValidation.spec(object["spec"], at: FieldPath("spec"))
        case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController":
            return WorkloadValidation.validate(kind, object)
        case "Service": return ServiceValidation.validate(object)
        case "ConfigMap", "Secret": return dataKeys(object)
        case "RoleBinding", "ClusterRoleBinding": return binding(object, kind)
        case "Role", "ClusterRole": return rules(object, isClusterRole: kind == "ClusterRole")
        case "Lease": return lease(object)
        case "CustomResourceDefinition":
            do throws(FieldErrors) {
                _ = try CustomResourceParser.parse(crd: object)
                return []
            } catch {
                return error.errors
            }
        default: return []
        }
    }

    /// What is wrong with changing `old` into `new`, beside what is wrong with `new` itself.
    public static func validateUpdate(_ kind: String, old: JSON, new: JSON) -> [FieldError] {
        switch kind {
        case "Pod": PodValidation.update(old: old, new: new)
        case "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job":
            WorkloadValidation.update(kind, old: old, new: new)
        case "Service": ServiceValidation.update(old: old, new: new)
        case "ConfigMap", "Secret": dataUpdate(kind, old: old, new: new)
        case "RoleBinding", "ClusterRoleBinding":
            immutable(["roleRef"], old: old, new: new, "cannot change roleRef")
        case "StorageClass":
            immutable(["parameters"], old: old, new: new) + immutable(["provisioner"], old: old, new: new)
        case "CustomResourceDefinition":
            immutable(["spec", "scope"], old: old, new: new) + immutable(["spec", "names", "kind"], old: old, new: new)
                + immutable(["spec", "group"], old: old, new: new)
        case "ControllerRevision": immutable(["data"], old: old, new: new)
        case "PriorityClass": immutable(["value"], old: old, new: new)
        default: []
        }
    }

    static func immutable(
        _ path: [String], old: JSON, new: JSON, _ detail: String = "field is immutable"
    ) -> [FieldError] {
        guard old[path: path] != new[path: path] else { return [] }
        return [.invalid(path.joined(separator: "."), new[path: path], detail)]
    }

    // MARK: Small kinds

    private static func dataKeys(_ object: JSON) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for member in ["data", "binaryData", "stringData"] {
            for (key, value) in object[member].object ?? [:] {
                size += value.string?.utf8.count ?? 0
                let isValid =
                    key.utf8.count <= 253
                    && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
                if !isValid || key.isEmpty || key == "." || key == ".." {
                    errors.append(
                        .invalid(
                            "\(member)[\(key)]", .string(key),
                            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
                                + "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
                                + "'[-._a-zA-Z0-9]+')"))
                }
            }
        }
        if size > 1_048_576 {
            errors.append(
                FieldError(
                    reason: "FieldValueTooLong", field: "data", detail: "Too long: may not be more than 1048576 bytes"))
        }
        return errors
    }

    private static func dataUpdate(_ kind: String, old: JSON, new: JSON) -> [FieldError] {
        var errors: [FieldError] = []
        if kind == "Secret" { errors += immutable(["type"], old: old, new: new) }
        guard old["immutable"] == true else { return errors }
        if new["immutable"] != true {
            errors.append(.forbidden("immutable", "field is immutable when `immutable` is set"))
        }
        for member in ["data", "binaryData"] where old[member] != new[member] {
            errors.append(.forbidden(member, "field is immutable when `immutable` is set"))
        }
        return errors
    }

    private static func binding(_ object: JSON, _ kind: String) -> [FieldError] {
        var errors: [FieldError] = []
        let role = object["roleRef"]
        let supported = kind == "ClusterRoleBinding" ? ["ClusterRole"] : ["ClusterRole", "Role"]
        if !supported.contains(role["kind"].string ?? "") {
            errors.append(.unsupported("roleRef.kind", role["kind"], supported: supported))
        }
        if role["name"].string?.isEmpty ?? true { errors.append(.required("roleRef.name")) }
        for (index, subject) in (object["subjects"].array ?? []).enumerated() {
            let path = "subjects[\(index)]"
            if subject["name"].string?.isEmpty ?? true { errors.append(.required("\(path).name")) }
            switch subject["kind"].string {
            case "ServiceAccount":
                let namespace = subject["namespace"].string ?? ""
                if namespace.isEmpty && kind == "ClusterRoleBinding" { errors.append(.required("\(path).namespace")) }
            case "User", "Group": break
            default:
                let supported = ["Group", "ServiceAccount", "User"]
                errors.append(.unsupported("\(path).kind", subject["kind"], supported: supported))
            }
        }
        return errors
    }

    private static func rules(_ object: JSON, isClusterRole: Bool) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, rule) in (object["rules"].array ?? []).enumerated() {
            let path = "rules[\(index)]"
            if rule["verbs"].strings.isEmpty {
                errors.append(.required("\(path).verbs", "verbs must contain at least one value"))
            }
            if !rule["nonResourceURLs"].strings.isEmpty {
                if !isClusterRole {
                    let detail = "namespaced rules cannot apply to non-resource URLs"
                    errors.append(.invalid("\(path).nonResourceURLs", rule["nonResourceURLs"], detail))
                }
                continue
            }
            if rule["apiGroups"].strings.isEmpty {
                errors.append(.required("\(path).apiGroups", "resource rules must supply at least one api group"))
            }
            if rule["resources"].strings.isEmpty {
                errors.append(.required("\(path).resources", "resource rules must supply at least one resource"))
            }
        }
        return errors
    }

    private static func lease(_ object: JSON) -> [FieldError] {
        var errors: [FieldError] = []
        let duration = object["spec", "leaseDurationSeconds"]
        if let seconds = duration.int, seconds <= 0 {
            errors.append(.invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"))
        }
        let transitions = object["spec", "leaseTransitions"]
        if let count = transitions.int, count < 0 {
            errors.append(.invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"))
        }
        return errors
    }
}
