/// Chaos hubs.
enum HubBindings {
    static func bind(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [
            .listChaosFaults, .getChaosFault, .listChaosHub, .getChaosHub, .listPredefinedExperiments,
            .getPredefinedExperiment, .getChaosHubStats, .addChaosHub, .addRemoteChaosHub, .saveChaosHub,
            .updateChaosHub, .deleteChaosHub, .syncChaosHub,
        ] { binding.pending(operation) }
        for type in [
            "ChaosHub", "Chart", "Maintainer", "Link", "Metadata", "Annotation", "FaultList", "Spec", "Provider",
            "PackageInformation", "Experiments", "ChaosHubStatus", "ExperimentDetails", "PredefinedExperimentList",
            "FaultDetails", "GetChaosHubStatsResponse",
        ] { binding.unused(type) }
    }
}
