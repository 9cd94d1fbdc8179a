/// The labels by which agents and controllers know what is theirs, and which experiment it is.
enum ExperimentLabels {
    static let notifyID = "notify_id"
    /// The controller of the infrastructure takes only what has its id here.
    static let controller = "workflows.argoproj.io/controller-instanceid"

    static func of(
        _ kind: ExperimentManifest.Kind, experimentID: String, infraID: String, revisionID: String
    ) -> [String: String] {
        var labels = [
            "workflow_id": experimentID, "infra_id": infraID, controller: infraID, "revision_id": revisionID,
        ]
        if kind == .chaosEngine || kind == .chaosSchedule { labels["type"] = "standalone_workflow" }
        return labels
    }

    /// Of each engine that a workflow makes. Argo fills in the tags.
    static func ofEngine(infraID: String) -> [String: String] {
        ["infra_id": infraID, "step_pod_name": "{{pod.name}}", "workflow_run_id": "{{workflow.uid}}"]
    }
}
