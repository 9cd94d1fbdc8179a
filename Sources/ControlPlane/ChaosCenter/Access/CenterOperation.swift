import GraphQL

/// The fields of the root types: what the API can do.
enum CenterOperation: String, Sendable, Hashable, CaseIterable {
    // MARK: Queries
    case getChaosFault
    case getChaosHub
    case getChaosHubStats
    case getEnvironment
    case getExperiment
    case getExperimentRun
    case getExperimentRunStats
    case getExperimentStats
    case getGitOpsDetails
    case getImageRegistry
    case getInfra
    case getInfraDetails
    case getInfraManifest
    case getInfraStats
    case getPredefinedExperiment
    case getProbe
    case getProbeReference
    case getProbeYAML
    case getProbesInExperimentRun
    case getServerVersion
    case getVersionDetails
    case listAuditEvents
    case listChaosFaults
    case listChaosHub
    case listEnvironments
    case listExperiment
    case listExperimentRun
    case listImageRegistry
    case listInfras
    case listPredefinedExperiments
    case listProbes
    case validateUniqueProbe

    // MARK: Mutations
    case acknowledgeInfraActions
    case addChaosHub
    case addProbe
    case addRemoteChaosHub
    case chaosExperimentRun
    case confirmInfraRegistration
    case createChaosExperiment
    case createEnvironment
    case createImageRegistry
    case deleteChaosExperiment
    case deleteChaosHub
    case deleteEnvironment
    case deleteImageRegistry
    case deleteInfra
    case deleteProbe
    case disableGitOps
    case enableGitOps
    case generateSSHKey
    case getManifestWithInfraID
    case gitopsNotifier
    case kubeNamespace
    case kubeObj
    case podLog
    case registerInfra
    case rotateInfraAccessKey
    case runChaosExperiment
    case saveChaosExperiment
    case saveChaosHub
    case stopExperimentRuns
    case syncChaosHub
    case updateChaosExperiment
    case updateChaosHub
    case updateCronExperimentState
    case updateEnvironment
    case updateGitOps
    case updateImageRegistry
    case updateProbe

    // MARK: Subscriptions
    case getInfraEvents
    case getKubeNamespace
    case getKubeObject
    case getPodLog
    case infraConnect
}

extension CenterOperation {
    var kind: OperationKind {
        switch self {
        case .acknowledgeInfraActions, .addChaosHub, .addProbe, .addRemoteChaosHub, .chaosExperimentRun,
            .confirmInfraRegistration, .createChaosExperiment, .createEnvironment, .createImageRegistry,
            .deleteChaosExperiment, .deleteChaosHub, .deleteEnvironment, .deleteImageRegistry, .deleteInfra,
            .deleteProbe, .disableGitOps, .enableGitOps, .generateSSHKey, .getManifestWithInfraID, .gitopsNotifier,
            .kubeNamespace, .kubeObj, .podLog, .registerInfra, .rotateInfraAccessKey, .runChaosExperiment,
            .saveChaosExperiment, .saveChaosHub, .stopExperimentRuns, .syncChaosHub, .updateChaosExperiment,
            .updateChaosHub, .updateCronExperimentState, .updateEnvironment, .updateGitOps, .updateImageRegistry,
            .updateProbe:
            .mutation
        case .getInfraEvents, .getKubeNamespace, .getKubeObject, .getPodLog, .infraConnect: .subscription
        default: .query
        }
    }
}
