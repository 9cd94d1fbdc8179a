import KubernetesAPI

/// The schema of a ChaosExperiment.
enum ChaosExperimentSchema {
    private typealias S = StructuralSchema

    static var spec: JSON { S.object(["definition": definition]) }

    private static var definition: JSON {
        S.object(
            [
                "scope": S.string("Namespaced or Cluster.", pattern: "^(Namespaced|Cluster)$"),
                "permissions": S.list(of: policyRule, "What the fault's service account needs."),
                "image": S.string("Image of the experiment."), "imagePullPolicy": S.string(),
                "args": S.list(of: S.string()), "command": S.list(of: S.string()),
                "env": S.environment("Tunables and their defaults."),
                "labels": S.stringMap("Labels of the experiment's job and pod."),
                "configMaps": S.mounts("ConfigMap"), "secrets": S.mounts("Secret"),
                "hostFileVolumes": S.list(
                    of: S.object(
                        [
                            "name": S.string(minLength: 1), "mountPath": S.string(minLength: 1),
                            "nodePath": S.string(minLength: 1), "type": S.string("A hostPath type."),
                        ], required: ["name", "mountPath", "nodePath"])),
                "experimentAnnotations": S.stringMap("Annotations of the experiment's job and pod."),
                "securityContext": S.object([
                    "podSecurityContext": S.object(), "containerSecurityContext": S.object(),
                ]),
                "hostPID": S.boolean(),
            ], "The fault: its program, tunables and permissions.")
    }

    private static var policyRule: JSON {
        var rule = S.object(
            [
                "apiGroups": S.list(of: S.string()), "resources": S.list(of: S.string()),
                "verbs": S.list(of: S.string()), "resourceNames": S.list(of: S.string()),
                "nonResourceURLs": S.list(of: S.string()),
            ], required: ["apiGroups", "resources", "verbs"])
        rule["minProperties"] = 3
        return rule
    }
}

/// The schema of a ChaosResult.
enum ChaosResultSchema {
    private typealias S = StructuralSchema

    static var spec: JSON {
        S.object(["engine": S.string(), "experiment": S.string(), "instance": S.string()])
    }

    static var status: JSON {
        S.object([
            "experimentStatus": S.object([
                "phase": S.string("Running, Completed, Completed_With_Probe_Failure, Stopped or Error."),
                "verdict": S.string("Awaited, Pass, Fail, Stopped or Error."),
                "probeSuccessPercentage": S.string("Awaited, or 0 to 100."),
                "errorOutput": S.object(["errorCode": S.string(), "reason": S.string()]),
            ]),
            "seed": S.string("Repeats the choice of targets."),
            "probeStatuses": S.list(of: S.object()),
            "history": S.object([
                "passedRuns": S.integer(), "failedRuns": S.integer(), "stoppedRuns": S.integer(),
                "targets": S.list(of: S.object()),
            ]),
        ])
    }
}
