import KubernetesAPI

/// The schema of `spec.experiments[].spec.probe[]` of a ChaosEngine.
enum ProbeSchema {
    private typealias S = StructuralSchema

    static var probe: JSON {
        S.object(
            [
                "name": S.string("Name of the probe, unique in the experiment."),
                "type": S.string(
                    "httpProbe, cmdProbe, k8sProbe, promProbe or sloProbe.",
                    pattern: "^(k8sProbe|httpProbe|cmdProbe|promProbe|sloProbe)$", minLength: 1),
                "mode": S.string(
                    "When the probe is evaluated: SOT before, EOT after, Edge both, Continuous all the time, OnChaos "
                        + "during the chaos.",
                    pattern: "^(SOT|EOT|Edge|Continuous|OnChaos)$"),
                "data": S.string("Manifest for the create operation of a k8sProbe."),
                "runProperties": runProperties,
                "k8sProbe/inputs": k8sInputs,
                "cmdProbe/inputs": cmdInputs,
                "httpProbe/inputs": httpInputs,
                "promProbe/inputs": promInputs,
                "sloProbe/inputs": sloInputs,
            ], required: ["name", "type", "mode", "runProperties"], "A check of the steady state.")
    }

    private static var runProperties: JSON {
        var schema = S.object(
            [
                "probeTimeout": S.string("Bound of one attempt, such as 10s."),
                "interval": S.string("Pause between two attempts, such as 1s."),
                "retry": S.integer("Attempts; the older name of attempt."),
                "attempt": S.integer("Attempts of one evaluation."),
                "probePollingInterval": S.string("Pause between two evaluations of a Continuous or OnChaos probe."),
                "initialDelaySeconds": S.integer("The older form of initialDelay."),
                "initialDelay": S.string("Pause before the first evaluation."),
                "evaluationTimeout": S.string("Bound of the evaluation of a sloProbe."),
                "verbosity": S.string("How much is logged."),
                "stopOnFailure": S.boolean("Whether a failure ends the experiment."),
            ], required: ["probeTimeout", "interval"], "How often and how patiently the probe is evaluated.")
        schema["minProperties"] = 2
        return schema
    }

    private static var k8sInputs: JSON {
        S.object(
            [
                "group": S.string(), "version": S.string(), "resource": S.string("Plural name."),
                "namespace": S.string(), "resourceNames": S.string("Names separated by commas."),
                "fieldSelector": S.string(), "labelSelector": S.string(),
                "operation": S.string(
                    "present, absent, create or delete.", pattern: "^(present|absent|create|delete)$"),
            ], required: ["version", "resource", "operation"])
    }

    private static func comparator(required: [String]) -> JSON {
        S.object(
            [
                "type": S.string("int, float or string.", pattern: "^(int|float|string)$"),
                "criteria": S.string(
                    ">=, <=, >, <, ==, !=, oneOf, between, equal, notEqual, contains, matches, notMatches."),
                "value": S.string("What the result is compared with."),
            ], required: required)
    }

    private static var cmdInputs: JSON {
        S.object(
            [
                "command": S.string("Shell command whose output is compared.", minLength: 1),
                "comparator": comparator(required: ["type", "criteria", "value"]),
                "source": S.object(
                    [
                        "image": S.string("Image of the pod that runs the command."),
                        "hostNetwork": S.boolean(), "inheritInputs": S.boolean(), "privileged": S.boolean(),
                        "args": S.list(of: S.string()), "command": S.list(of: S.string()),
                        "env": S.environment("Environment of the command."),
                        "labels": S.stringMap(), "annotations": S.stringMap(), "nodeSelector": S.stringMap(),
                        "imagePullPolicy": S.string(),
                        "imagePullSecrets": S.localReferences("Secrets for the image."),
                        "tolerations": S.tolerations(),
                        "volumes": S.list(of: S.object(["name": S.string()], required: ["name"])),
                        "volumeMount": S.list(of: S.object()),
                    ], required: ["image"], "The pod that runs the command; without it the command runs inline."),
            ], required: ["command", "comparator"])
    }

    private static var httpInputs: JSON {
        let response: [String: JSON] = [
            "criteria": S.string("==, !=, oneOf or between."),
            "responseCode": S.string("Status code to compare with."),
        ]
        var method = S.object([
            "get": S.object(response, required: ["criteria", "responseCode"]),
            "post": S.object(
                response.merging([
                    "contentType": S.string(minLength: 1), "body": S.string(),
                    "bodyPath": S.string("File with the body."),
                ]) { $1 }, required: ["criteria", "responseCode"]),
        ])
        method["minProperties"] = 1
        return S.object(
            ["url": S.string("The address to call."), "insecureSkipVerify": S.boolean(), "method": method],
            required: ["url", "method"])
    }

    private static var promInputs: JSON {
        S.object(
            [
                "endpoint": S.string("Address of Prometheus."), "query": S.string("PromQL."),
                "queryPath": S.string("File with the query."),
                "comparator": comparator(required: ["criteria", "value"]),
            ], required: ["endpoint", "comparator"])
    }

    private static var sloInputs: JSON {
        S.object(
            [
                "platformEndpoint": S.string(), "sloIdentifier": S.string(), "insecureSkipVerify": S.boolean(),
                "evaluationWindow": S.object([
                    "evaluationStartTime": S.integer(), "evaluationEndTime": S.integer(),
                ]),
                "sloSourceMetadata": S.object([
                    "apiTokenSecret": S.string(),
                    "scope": S.object([
                        "accountIdentifier": S.string(), "orgIdentifier": S.string(), "projectIdentifier": S.string(),
                    ]),
                ]),
                "comparator": comparator(required: ["criteria", "value"]),
            ], required: ["platformEndpoint", "sloIdentifier"])
    }
}
