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
