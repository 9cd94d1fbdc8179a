import AgentProtocol
import KubernetesAPI

/// The pods of a run, as far as its agent has told of them: their logs are for everyone who may see the run.
struct RunPods: Sendable {
    private let report: RunReport

    init(of run: ExperimentRun) { report = RunReport(stored: run.executionData) }

    /// Whether a request is for the logs of a step of the run, and of nothing else.
    func include(_ request: PodLogRequest) -> Bool {
        guard request.podNamespace == report.json["namespace"].string else { return false }
        return report.nodes.contains { node in
            [node.id, node.name].contains(request.podName) && Self.isOwn(request, node)
        }
    }

    /// The pods of a fault, which may be in another namespace than that of the step.
    private static func isOwn(_ request: PodLogRequest, _ node: RunReport.Node) -> Bool {
        let experimentPod = request.expPod ?? ""
        let runnerPod = request.runnerPod ?? ""
        guard !experimentPod.isEmpty || !runnerPod.isEmpty else { return true }
        guard let fault = node.fault?.json, request.chaosNamespace == fault["namespace"].string else { return false }
        return (experimentPod.isEmpty || experimentPod == fault["experimentPod"].string)
            && (runnerPod.isEmpty || runnerPod == fault["runnerPod"].string)
    }
}
