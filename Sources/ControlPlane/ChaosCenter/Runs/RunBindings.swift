/// Runs of experiments.
enum RunBindings {
    static func bind(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [
            .getExperimentRun, .listExperimentRun, .getExperimentRunStats, .runChaosExperiment,
            .stopExperimentRuns, .chaosExperimentRun,
        ] { binding.pending(operation) }
        for type in [
            "ExperimentRun", "ListExperimentRunResponse", "RunChaosExperimentResponse",
            "GetExperimentRunStatsResponse",
        ] { binding.unused(type) }
    }
}
