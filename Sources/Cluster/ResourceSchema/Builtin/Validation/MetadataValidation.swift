import KubernetesAPI

extension BuiltinValidation {
    /// Checks an object's metadata, of built-in and custom kinds alike.
    /// - Parameter isNamespaced: whether the object lives in a namespace.
    public static func validateMetadata(_ object: JSON, kind: String, isNamespaced: Bool) -> [FieldError] {
        let metadata = ObjectMeta(json: object["metadata"])
        var errors: [FieldError] = []
        if metadata.name.isEmpty {
            errors.append(.required("metadata.name", "name or generateName is required"))
        } else if let problem = nameProblem(metadata.name, kind: kind) {
            errors.append(.invalid("metadata.name", .string(metadata.name), problem))
        }
        if isNamespaced {
            if metadata.namespace.isEmpty {
                errors.append(.required("metadata.namespace"))
            } else if let problem = DNSName.labelProblem(metadata.namespace) {
                errors.append(.invalid("metadata.namespace", .string(metadata.namespace), problem))
            }
        } else if !metadata.namespace.isEmpty {
            errors.append(.forbidden("metadata.namespace", "not allowed on this type"))
        }
        errors += labels(metadata.json["labels"], at: FieldPath("metadata.labels"))
        errors += annotations(metadata)
        errors += owners(metadata)
        for (index, finalizer) in metadata.finalizers.enumerated() {
            if let problem = LabelSyntax.keyProblem(finalizer) {
                errors.append(.invalid("metadata.finalizers[\(index)]", .string(finalizer), problem))
            }
        }
        return errors
    }

    private static func nameProblem(_ name: String, kind: String) -> String? {
        switch kind {
        case "Namespace": return DNSName.labelProblem(name)
        case "Service": return DNSName.rfc1035Problem(name)
        // Events are told apart by whatever their reporters chose, capital letters included.
        case "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Event":
            if name == "." || name == ".." { return "may not be '\(name)'" }
            for character in ["/", "%"] where name.contains(character) { return "may not contain '\(character)'" }
            return nil
        default: return DNSName.subdomainProblem(name)
        }
    }

    static func labels(_ labels: JSON, at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        for (key, value) in labels.stringMap.sorted(by: { $0.key < $1.key }) {
            if let problem = LabelSyntax.keyProblem(key) { errors.append(.invalid(path.text, .string(key), problem)) }
            if let problem = LabelSyntax.valueProblem(value) {
                errors.append(.invalid(path.text, .string(value), problem))
            }
        }
        return errors
    }

    private static func annotations(_ metadata: ObjectMeta) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in metadata.annotations.sorted(by: { $0.key < $1.key }) {
            size += key.utf8.count + value.utf8.count
            if let problem = LabelSyntax.keyProblem(key.lowercased()) {
                errors.append(.invalid("metadata.annotations", .string(key), problem))
            }
        }
        if size > 262_144 {
            errors.append(
                FieldError(
                    reason: "FieldValueTooLong", field: "metadata.annotations",
                    detail: "Too long: may not be more than 262144 bytes"))
        }
        return errors
    }

    private static func owners(_ metadata: ObjectMeta) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, owner) in metadata.ownerReferences.enumerated() {
            let path = "metadata.ownerReferences[\(index)]"
            let fields = [
                ("apiVersion", owner.apiVersion), ("kind", owner.kind), ("name", owner.name), ("uid", owner.uid),
            ]
            for (field, value) in fields where value.isEmpty {
                errors.append(.invalid("\(path).\(field)", "", "must not be empty"))
            }
        }
        if metadata.ownerReferences.count(where: \.isController) > 1 {
            errors.append(
                .invalid(
                    "metadata.ownerReferences", metadata.json["ownerReferences"],
                    "Only one reference can have Controller set to true"))
        }
        return errors
    }

    /// A meta/v1 label selector.
    static func selector(_ selector: JSON, at path: FieldPath) -> [FieldError] {
        var errors = labels(selector["matchLabels"], at: path.appending("matchLabels"))
        for (index, expression) in (selector["matchExpressions"].array ?? []).enumerated() {
            let place = path.appending("matchExpressions").appending(index: index)
            let values = expression["values"].strings
            switch expression["operator"].string {
            case "In", "NotIn":
                if values.isEmpty {
                    let detail = "must be specified when `operator` is 'In' or 'NotIn'"
                    errors.append(.required(place.appending("values").text, detail))
                }
            case "Exists", "DoesNotExist":
                if !values.isEmpty {
                    let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                    errors.append(.forbidden(place.appending("values").text, detail))
                }
            default:
                let field = place.appending("operator").text
                errors.append(.invalid(field, expression["operator"], "not a valid selector operator"))
            }
        }
        return errors
    }
}
