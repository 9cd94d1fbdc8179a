import KubernetesAPI

/// The schema of a ChaosEngine. Validation is Litmus' own; nothing that its types know is pruned.
enum ChaosEngineSchema {
    private typealias S = StructuralSchema

    private static let workloadKinds = "^(^$|deployment|statefulset|daemonset|deploymentconfig|rollout|job)$"

    static var spec: JSON {
        S.object(
            [
                "appinfo": S.object(
                    [
                        "appns": S.string("Namespace of the application; by default the engine's."),
                        "applabel": S.string("Label selector of the application, such as app=web."),
                        "appkind": S.string("Kind of the application's workload.", pattern: workloadKinds),
                    ], "The application under test."),
                "selectors": selectors,
                "auxiliaryAppInfo": S.string("More applications to check: ns1:label1,ns2:label2."),
                "defaultHealthCheck": S.boolean("Whether the application must be healthy before and after the chaos."),
                "chaosServiceAccount": S.string("Service account of the runner and the experiments."),
                "engineState": S.string(
                    "active runs the experiments, stop aborts them.", pattern: "^(active|stop)$"),
                "jobCleanUpPolicy": S.string(
                    "What becomes of the pods afterwards: delete or retain.", pattern: "^(delete|retain)$"),
                "terminationGracePeriodSeconds": S.integer("Grace of the experiments' pods when they are aborted."),
                "components": S.object(
                    ["runner": runner, "sidecar": S.list(of: sidecar, "Containers beside the experiment's.")]),
                "experiments": S.list(of: experiment, "The experiments, run one after another."),
            ], "What to run against which application.")
    }

    private static var selectors: JSON {
        var workload = S.object(
            [
                "kind": S.string("Kind of the workload.", pattern: workloadKinds),
                "namespace": S.string(), "names": S.string("Names separated by commas."),
                "labels": S.string("Label selector."),
            ], required: ["kind", "namespace"])
        workload["oneOf"] = [["required": ["names"]], ["required": ["labels"]]]
        var schema = S.object(
            [
                "workloads": S.list(of: workload),
                "pods": S.list(
                    of: S.object(
                        ["namespace": S.string(), "names": S.string("Names separated by commas.")],
                        required: ["namespace", "names"])),
            ], "The application under test, in place of appinfo.")
        schema["oneOf"] = [["required": ["pods"]], ["required": ["workloads"]]]
        return schema
    }

    private static var runner: JSON {
        S.object(
            [
                "image": S.string("Image of the runner pod."),
                "type": S.string("Kept for old manifests; without effect.", pattern: "^(go)$"),
                "args": S.list(of: S.string()), "command": S.list(of: S.string()),
                "imagePullPolicy": S.string(), "imagePullSecrets": S.localReferences("Secrets for the image."),
                "runnerAnnotations": S.stringMap("Annotations of the runner pod."),
                "runnerLabels": S.stringMap("Labels of the runner pod."),
                "nodeSelector": S.stringMap(), "tolerations": S.tolerations(), "resources": S.object(),
                "configMaps": S.mounts("ConfigMap"), "secrets": S.mounts("Secret"),
            ], "How the runner pod looks.")
    }

    private static var sidecar: JSON {
        S.object([
            "image": S.string(), "imagePullPolicy": S.string(), "secrets": S.mounts("Secret"),
            "envFrom": S.list(of: S.object()), "env": S.environment("Environment of the sidecar."),
        ])
    }

    private static var experiment: JSON {
        S.object([
            "name": S.string("Name of a ChaosExperiment in the engine's namespace."),
            "spec": S.object([
                "components": S.object([
                    "env": S.environment("Tunables; they win over those of the ChaosExperiment."),
                    "configMaps": S.mounts("ConfigMap"), "secrets": S.mounts("Secret"),
                    "experimentAnnotations": S.stringMap("Annotations of the experiment's job and pod."),
                    "experimentImage": S.string("Image in place of the ChaosExperiment's."),
                    "experimentImagePullSecrets": S.localReferences("Secrets for the image."),
                    "nodeSelector": S.stringMap(), "tolerations": S.tolerations(), "resources": S.object(),
                    "statusCheckTimeouts": S.object([
                        "delay": S.integer("Seconds between two status checks."),
                        "timeout": S.integer("Seconds that a status may take."),
                    ]),
                ]),
                "probe": S.list(of: ProbeSchema.probe, "Checks of the steady state that decide on the verdict."),
            ]),
        ])
    }

    static var status: JSON {
        S.object(
            [
                "engineStatus": S.string("initialized, completed or stopped."),
                "reason": S.string("Why the engine is in this state, as one word."),
                "message": S.string("The same for people, with what to do about it."),
                "verdict": S.string("The worst verdict of the experiments."),
                "startTime": S.string("When the present run began."),
                "runnerUID": S.string("UID of the runner pod of the present run."),
                "experiments": S.list(
                    of: S.object([
                        "name": S.string(), "runner": S.string(), "experimentPod": S.string(), "status": S.string(),
                        "verdict": S.string(), "lastUpdateTime": S.string(), "job": S.string(), "reason": S.string(),
                    ])),
            ], "How far the engine is.")
    }
}
