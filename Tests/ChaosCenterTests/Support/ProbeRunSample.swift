import DocumentStore
import KubernetesAPI

@testable import ChaosCenter

/// An experiment with faults that refer to probes, and its runs, as the web portal and agents make them.
struct ProbeRunSample {
    /// A fault of the Workflow: name of step and artifact, the name that its ChaosEngine gets, and its probes.
    struct Fault {
        var name: String
        var generateName: String?
        var artifact: String?
        var probes: [(name: String, mode: String)]
    }

    /// What an agent says of the ChaosEngine of a fault.
    struct Engine {
        var step: String
        var name: String
        var startedAt = "1800000000"
        /// Rows of `probeStatuses`.
        var rows: [(name: String, mode: String, verdict: String, description: String)] = []

        var node: JSON {
            var node: JSON = [
                "name": .string(step), "type": "ChaosEngine", "phase": "Completed", "startedAt": .string(startedAt),
                "finishedAt": "", "message": "",
            ]
            let statuses = rows.map { row -> JSON in
                [
                    "name": .string(row.name), "type": "httpProbe", "mode": .string(row.mode),
                    "status": ["verdict": .string(row.verdict), "description": .string(row.description)],
                ]
            }
            node["chaosData"] = [
                "engineName": .string(name), "experimentName": "pod-delete",
                "chaosResult": ["status": ["probeStatuses": .array(statuses)]],
            ]
            return node
        }
    }

    var experimentID = "e1"
    var projectID: String
    var faults: [Fault]

    var experiment: StoredExperiment {
        StoredExperiment(
            id: experimentID, name: "shop-\(experimentID)", projectID: projectID, infraID: "i", type: "experiment",
            revisions: [ExperimentRevision(id: "r-\(experimentID)", manifest: "\(manifest)", updatedAt: 1)],
            createdAt: 1, updatedAt: 1, isRemoved: false)
    }

    private var manifest: JSON {
        [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
            "spec": ["templates": .array(faults.map(Self.template))],
        ]
    }

    private static func template(_ fault: Fault) -> JSON {
        let references = fault.probes.map { "{\"name\":\"\($0.name)\",\"mode\":\"\($0.mode)\"}" }
        let engine = """
            apiVersion: litmuschaos.io/v1alpha1
            kind: ChaosEngine
            metadata:
              generateName: \(fault.generateName ?? fault.name)
              namespace: {{workflow.parameters.adminModeNamespace}}
              annotations:
                probeRef: '[\(references.joined(separator: ","))]'
            spec:
              experiments: [{name: pod-delete}]
            """
        return [
            "name": .string(fault.name),
            "inputs": [
                "artifacts": [["name": .string(fault.artifact ?? fault.name), "raw": ["data": .string(engine)]]]
            ],
        ]
    }

    /// - Parameter engines: what is known of the faults; nil: no event has come.
    func run(
        _ id: String, at time: Int64 = 1_800_000_000_000, engines: [Engine]? = nil, isCompleted: Bool = true
    ) -> ExperimentRun {
        var data: JSON = ["nodes": [:]]
        for (index, engine) in (engines ?? []).enumerated() { data["nodes", "n-\(index)"] = engine.node }
        return ExperimentRun(
            projectID: projectID, infraID: "i", runID: engines == nil ? "" : id, experimentID: experimentID,
            experimentName: "shop-\(experimentID)", phase: isCompleted ? "Completed" : "Running",
            probes: faults.map {
                FaultProbes(faultName: $0.artifact ?? $0.name, probeNames: $0.probes.map(\.name))
            },
            executionData: engines == nil ? "" : "\(data)", revisionID: "r-\(experimentID)", notifyID: "notify-\(id)",
            sequence: 1, isCompleted: isCompleted, createdAt: time, updatedAt: time,
            updatedBy: UserDetails(userID: "u", username: "runner"), isRemoved: false)
    }
}
