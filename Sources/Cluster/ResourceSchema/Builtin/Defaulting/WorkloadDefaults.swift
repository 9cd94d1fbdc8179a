import KubernetesAPI

/// Defaults of controllers of pods that depend on other fields.
enum WorkloadDefaults {
    static func apply(_ kind: String, _ object: inout JSON) {
        if kind == "CronJob" {
            PodDefaults.applySpec(&object["spec", "jobTemplate", "spec", "template", "spec"])
            return
        }
        if object["spec", "template", "spec"].object != nil {
            PodDefaults.applySpec(&object["spec", "template", "spec"])
        }
        switch kind {
        case "Deployment":
            if object["spec", "strategy", "type"] == "RollingUpdate" {
                complete(&object["spec", "strategy"], ["maxSurge": "25%", "maxUnavailable": "25%"])
            }
        case "DaemonSet":
            if object["spec", "updateStrategy", "type"] == "RollingUpdate" {
                complete(&object["spec", "updateStrategy"], ["maxSurge": 0, "maxUnavailable": 1])
            }
        case "StatefulSet":
            if object["spec", "updateStrategy", "type"] == "RollingUpdate" {
                complete(&object["spec", "updateStrategy"], ["partition": 0])
            }
            object["spec", "volumeClaimTemplates"].editEach { claim in
                claim.setDefault("apiVersion", "v1")
                claim.setDefault("kind", "PersistentVolumeClaim")
                if claim["status", "phase"].isNull { claim["status", "phase"] = "Pending" }
            }
        case "Job": completeJob(&object)
        case "ReplicationController": completeController(&object)
        default: break
        }
    }

    private static func complete(_ strategy: inout JSON, _ defaults: [String: JSON]) {
        for (name, value) in defaults where strategy["rollingUpdate", name].isNull {
            strategy["rollingUpdate", name] = value
        }
    }

    private static func completeJob(_ job: inout JSON) {
        if job["spec", "completions"].isNull && job["spec", "parallelism"].isNull {
            job["spec", "completions"] = 1
        }
        if job["spec", "parallelism"].isNull { job["spec", "parallelism"] = 1 }
        if job["spec", "podReplacementPolicy"].isNull {
            let hasPolicy = !job["spec", "podFailurePolicy"].isNull
            job["spec", "podReplacementPolicy"] = hasPolicy ? "Failed" : "TerminatingOrFailed"
        }
        selectOwnPods(&job)
    }

    /// A job selects the pods that carry its UID, which the server adds to selector and template once it is known.
    private static func selectOwnPods(_ job: inout JSON) {
        guard job["spec", "manualSelector"] != true, job["spec", "selector"].isNull,
            let uid = job["metadata", "uid"].string, !uid.isEmpty
        else { return }
        let name = job["metadata", "name"]
        let labels: [(String, JSON)] = [
            ("controller-uid", .string(uid)), ("job-name", name), ("batch.kubernetes.io/controller-uid", .string(uid)),
            ("batch.kubernetes.io/job-name", name),
        ]
        for (key, value) in labels { job["spec", "template", "metadata", "labels", key] = value }
        job["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"] = .string(uid)
    }

    private static func completeController(_ controller: inout JSON) {
        let labels = controller["spec", "template", "metadata", "labels"]
        if controller["spec", "selector"].isNull { controller["spec", "selector"] = labels }
    }
}
