/// Probes.
enum ProbeBindings {
    static func bind(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [
            .getProbe, .listProbes, .getProbeYAML, .getProbeReference, .getProbesInExperimentRun,
            .validateUniqueProbe, .addProbe, .updateProbe, .deleteProbe,
        ] { binding.pending(operation) }
        for type in [
            "Method", "GET", "POST", "Comparator", "ExecutedByExperiment", "ExecutionHistory",
            "ProbeRecentExecutions", "RecentExecutions", "GetProbeReferenceResponse", "KubernetesCMDProbe",
            "Probe", "PROMProbe", "KubernetesHTTPProbe", "K8SProbe", "Status", "GetProbesInExperimentRunResponse",
        ] { binding.unused(type) }
    }
}
