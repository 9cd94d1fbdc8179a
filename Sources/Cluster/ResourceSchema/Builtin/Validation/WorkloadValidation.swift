import KubernetesAPI

/// Rules of controllers of pods.
enum WorkloadValidation {
    static func validate(_ kind: String, _ object: JSON) -> [FieldError] {
        switch kind {
        case "CronJob": return cronJob(object)
        case "Job": return job(object["spec"], at: FieldPath("spec"))
        case "ReplicationController":
            let labels = object["spec", "template", "metadata", "labels"].stringMap
            let selector = LabelSelector(matching: object["spec", "selector"].stringMap)
            return template(object["spec", "template"], at: FieldPath("spec.template"))
                + mismatch(selector, labels, at: FieldPath("spec.template"))
        default:
            var errors = selected(object["spec"])
            errors += template(object["spec", "template"], at: FieldPath("spec.template"))
            if kind == "Deployment" { errors += strategy(object["spec", "strategy"]) }
            return errors
        }
    }

    private static func template(_ template: JSON, at path: FieldPath) -> [FieldError] {
        guard !template.isNull else { return [] }
        return PodValidation.template(template, at: path, restartPolicies: ["Always"])
    }

    private static func selected(_ spec: JSON) -> [FieldError] {
        let json = spec["selector"]
        let path = FieldPath("spec.selector")
        guard !json.isNull else { return [] }
        var errors = BuiltinValidation.selector(json, at: path)
        guard errors.isEmpty, let selector = try? LabelSelector(json: json) else { return errors }
        if selector.isEmpty {
            errors.append(.invalid("spec.selector", json, "empty selector is invalid for deployment"))
        }
        let labels = spec["template", "metadata", "labels"].stringMap
        return errors + mismatch(selector, labels, at: FieldPath("spec.template"))
    }

    private static func mismatch(
        _ selector: LabelSelector, _ labels: [String: String], at path: FieldPath
    ) -> [FieldError] {
        guard !selector.matches(labels) else { return [] }
        let field = path.appending("metadata").appending("labels").text
        return [.invalid(field, JSON(labels), "`selector` does not match template `labels`")]
    }

    private static func strategy(_ strategy: JSON) -> [FieldError] {
        if strategy["type"] == "Recreate" {
            guard !strategy["rollingUpdate"].isNull else { return [] }
            let detail = "may not be specified when strategy `type` is 'Recreate'"
            return [.forbidden("spec.strategy.rollingUpdate", detail)]
        }
        var errors: [FieldError] = []
        let update = strategy["rollingUpdate"]
        for name in ["maxSurge", "maxUnavailable"] where !isCount(update[name]) {
            let detail = "must be a non-negative integer or a percentage (e.g. '25%')"
            errors.append(.invalid("spec.strategy.rollingUpdate.\(name)", update[name], detail))
        }
        if isZero(update["maxSurge"]) && isZero(update["maxUnavailable"]) {
            errors.append(
                .invalid(
                    "spec.strategy.rollingUpdate.maxUnavailable", update["maxUnavailable"],
                    "may not be 0 when `maxSurge` is 0"))
        }
        return errors
    }

    private static func isCount(_ value: JSON) -> Bool {
        switch value {
        case .null: true
        case .string(let text): text.hasSuffix("%") && (Int(text.dropLast()).map { $0 >= 0 } ?? false)
        default: (value.int ?? -1) >= 0
        }
    }

    private static func isZero(_ value: JSON) -> Bool { value == 0 || value == "0%" }

    private static func job(_ spec: JSON, at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if !spec["template"].isNull {
            errors += PodValidation.template(
                spec["template"], at: path.appending("template"), restartPolicies: ["OnFailure", "Never"])
        }
        if spec["completionMode"] == "Indexed", spec["completions"].isNull {
            let detail = "when completion mode is Indexed"
            errors.append(.required(path.appending("completions").text, detail))
        }
        return errors
    }

    private static func cronJob(_ object: JSON) -> [FieldError] {
        var errors: [FieldError] = []
        let schedule = object["spec", "schedule"].string ?? ""
        if schedule.isEmpty {
            errors.append(.required("spec.schedule"))
        } else if !schedule.hasPrefix("@"), schedule.split(separator: " ").count != 5 {
            let found = schedule.split(separator: " ").count
            errors.append(
                .invalid(
                    "spec.schedule", .string(schedule), "expected exactly 5 fields, found \(found): [\(schedule)]"))
        }
        return errors + job(object["spec", "jobTemplate", "spec"], at: FieldPath("spec.jobTemplate.spec"))
    }

    static func update(_ kind: String, old: JSON, new: JSON) -> [FieldError] {
        switch kind {
        case "Job":
            var errors = BuiltinValidation.immutable(["spec", "selector"], old: old, new: new)
            errors += BuiltinValidation.immutable(["spec", "completionMode"], old: old, new: new)
            let mayChange = old["spec", "suspend"] == true && old["status", "startTime"].isNull
            if !mayChange { errors += BuiltinValidation.immutable(["spec", "template"], old: old, new: new) }
            if new["spec", "completionMode"] != "Indexed" {
                errors += BuiltinValidation.immutable(["spec", "completions"], old: old, new: new)
            }
            return errors
        case "StatefulSet": return statefulSet(old: old, new: new)
        default: return BuiltinValidation.immutable(["spec", "selector"], old: old, new: new)
        }
    }

    private static let changeable = [
        "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "minReadySeconds",
        "persistentVolumeClaimRetentionPolicy",
    ]

    private static func statefulSet(old: JSON, new: JSON) -> [FieldError] {
        var before = old["spec"]
        var after = new["spec"]
        for field in changeable {
            before[field] = .null
            after[field] = .null
        }
        guard before != after else { return [] }
        return [
            .forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
                    + "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
                    + "'minReadySeconds' are forbidden")
        ]
    }
}
