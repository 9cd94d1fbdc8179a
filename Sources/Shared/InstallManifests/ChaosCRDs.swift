import ChaosAPI
import KubernetesAPI

/// The CustomResourceDefinitions of Litmus.
///
/// As upstream's, they have one version and no status subresource, so that whoever writes whole objects keeps working.
/// Other than upstream's, they have short names and columns and prune nothing that Litmus reads.
public enum ChaosCRDs {
    /// ChaosEngine, ChaosExperiment and ChaosResult, as `apiextensions.k8s.io/v1` objects.
    public static var all: [JSON] { [engine, experiment, result] }

    private typealias S = StructuralSchema

    private static var engine: JSON {
        definition(
            ChaosEngine.type, "Runs experiments against an application, once.", singular: "chaosengine",
            shortNames: ["ce"],
            columns: [
                column("STATE", ".spec.engineState", "What the user wants."),
                column("STATUS", ".status.engineStatus", "How far the engine is."),
                column("VERDICT", ".status.verdict", "The worst verdict of the experiments."),
                column("REASON", ".status.reason", "Why the engine is in this state.", priority: 1),
                age,
            ],
            properties: ["spec": ChaosEngineSchema.spec, "status": ChaosEngineSchema.status])
    }

    private static var experiment: JSON {
        definition(
            ChaosExperiment.type, "A fault with the defaults of its tunables.", singular: "chaosexperiment",
            shortNames: ["cexp"],
            columns: [column("SCOPE", ".spec.definition.scope", "Namespaced or Cluster."), age],
            properties: [
                "description": S.object(["message": S.string()], "What the fault does."),
                "spec": ChaosExperimentSchema.spec, "status": S.object(),
            ])
    }

    private static var result: JSON {
        definition(
            ChaosResult.type, "What came of an experiment that an engine ran.", singular: "chaosresult",
            shortNames: ["cr"],
            columns: [
                column("ENGINE", ".spec.engine", "The engine that ran the experiment."),
                column("PHASE", ".status.experimentStatus.phase", "How far the experiment is."),
                column("VERDICT", ".status.experimentStatus.verdict", "What came of it."),
                column(
                    "PROBE SUCCESS", ".status.experimentStatus.probeSuccessPercentage",
                    "Share of probe evaluations that passed, in percent."),
                age,
            ],
            properties: ["spec": ChaosResultSchema.spec, "status": ChaosResultSchema.status])
    }

    private static func definition(
        _ type: ResourceType, _ about: String, singular: String, shortNames: [String], columns: [JSON],
        properties: [String: JSON]
    ) -> JSON {
        var members = properties
        members["apiVersion"] = S.string("Version of the form of this object.")
        members["kind"] = S.string("What this object is.")
        members["metadata"] = ["type": "object"]
        let schema: JSON = [
            "type": "object", "description": .string(about), "properties": .object(members),
            "x-kubernetes-preserve-unknown-fields": true,
        ]
        return [
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": [
                "name": .string("\(type.plural).\(type.group)"),
                "labels": ["app.kubernetes.io/part-of": "litmus"],
            ],
            "spec": [
                "group": .string(type.group),
                "scope": "Namespaced",
                "names": [
                    "kind": .string(type.kind), "listKind": .string("\(type.kind)List"),
                    "plural": .string(type.plural), "singular": .string(singular), "shortNames": JSON(shortNames),
                    "categories": ["litmus"],
                ],
                "conversion": ["strategy": "None"],
                "versions": [
                    [
                        "name": .string(type.version), "served": true, "storage": true,
                        "schema": ["openAPIV3Schema": schema],
                        "additionalPrinterColumns": .array(columns),
                    ]
                ],
            ],
        ]
    }

    private static func column(_ name: String, _ path: String, _ description: String, priority: Int = 0) -> JSON {
        var column: JSON = [
            "name": .string(name), "type": "string", "jsonPath": .string(path), "description": .string(description),
        ]
        if priority > 0 { column["priority"] = .int(Int64(priority)) }
        return column
    }

    private static var age: JSON {
        ["name": "AGE", "type": "date", "jsonPath": ".metadata.creationTimestamp"]
    }
}
