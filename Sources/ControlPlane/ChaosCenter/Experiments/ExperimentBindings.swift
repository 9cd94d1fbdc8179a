/// Experiments.
enum ExperimentBindings {
    static func bind(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [
            .getExperiment, .listExperiment, .getExperimentStats, .createChaosExperiment, .saveChaosExperiment,
            .updateChaosExperiment, .deleteChaosExperiment, .updateCronExperimentState,
        ] { binding.pending(operation) }
        for type in [
            "ChaosExperimentResponse", "Weightages", "RecentExperimentRun", "Experiment", "GetExperimentResponse",
            "ListExperimentResponse", "StopExperimentRunsRequest", "ResilienceScoreCategory",
            "GetExperimentStatsResponse",
        ] { binding.unused(type) }
    }
}
