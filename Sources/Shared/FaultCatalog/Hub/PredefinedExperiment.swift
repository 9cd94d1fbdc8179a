import KubernetesAPI

/// An experiment that runs one fault, as Chaos Studio writes it: a Workflow that installs the fault, runs an engine and
/// removes the engine again. It can be saved as it is.
struct PredefinedExperiment {
    private static let applying = "litmuschaos/k8s:2.11.0"
    private static let checking = "litmuschaos/litmus-checker:2.11.0"
    private static let namespace = "{{workflow.parameters.adminModeNamespace}}"

    private let fault: FaultDescription
    /// Names template, artifact and engine. Not the fault's own name: that is the experiment's, and so a template's.
    private let step: String

    init(_ fault: FaultDescription) {
        self.fault = fault
        step = "\(fault.name)-run"
    }

    func workflow() throws -> JSON {
        [
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": [
                "name": .string(fault.name), "namespace": "litmus",
                "labels": ["subject": .string("\(fault.name)_litmus")],
            ],
            "spec": [
                "entrypoint": .string(fault.name),
                "serviceAccountName": "argo-chaos",
                "podGC": ["strategy": "OnWorkflowCompletion"],
                "securityContext": ["runAsUser": 1000, "runAsNonRoot": true],
                "arguments": ["parameters": [["name": "adminModeNamespace", "value": "litmus"]]],
                "templates": [steps, try installation, try run, cleanUp],
            ],
        ]
    }

    private var steps: JSON {
        let names = ["install-chaos-faults", step, "cleanup-chaos-resources"]
        return [
            "name": .string(fault.name),
            "steps": .array(names.map { [["name": .string($0), "template": .string($0)]] }),
        ]
    }

    private var installation: JSON {
        get throws {
            [
                "name": "install-chaos-faults",
                "inputs": ["artifacts": [artifact("/tmp/\(step).yaml", try fault.manifest().yaml())]],
                "container": Self.shell("kubectl apply -f /tmp/ -n \(Self.namespace)"),
            ]
        }
    }

    private var run: JSON {
        get throws {
            let path = "/tmp/chaosengine-\(step).yaml"
            return [
                "name": .string(step),
                "inputs": ["artifacts": [artifact(path, try engine.yaml())]],
                "metadata": ["labels": ["weight": "10"]],
                "container": [
                    "image": .string(Self.checking),
                    "args": [.string("-file=\(path)"), "-saveName=/tmp/engine-name"],
                ],
            ]
        }
    }

    private var cleanUp: JSON {
        [
            "name": "cleanup-chaos-resources",
            "container": Self.shell(
                "kubectl delete chaosengine -l workflow_run_id={{workflow.uid}} -n \(Self.namespace)"),
        ]
    }

    private var engine: JSON {
        [
            "apiVersion": "litmuschaos.io/v1alpha1",
            "kind": "ChaosEngine",
            "metadata": [
                "generateName": .string(step),
                "namespace": .string(Self.namespace),
                "labels": ["workflow_run_id": "{{ workflow.uid }}", "workflow_name": .string(fault.name)],
                "annotations": ["probeRef": "[]"],
            ],
            "spec": fault.engineSpec(serviceAccount: "litmus-admin"),
        ]
    }

    private func artifact(_ path: String, _ text: String) -> JSON {
        ["name": .string(step), "path": .string(path), "raw": ["data": .string(text)]]
    }

    private static func shell(_ command: String) -> JSON {
        ["image": .string(applying), "command": ["sh", "-c"], "args": [.string(command)]]
    }
}
