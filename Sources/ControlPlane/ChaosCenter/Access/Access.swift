import Authentication
import GraphQL

/// Who may do an operation. The checks are made before its resolver runs.
enum Access: Sendable, Hashable {
    /// Anyone, without a token.
    case anyone
    /// Anyone who is logged in.
    case anyUser
    /// Members with one of these roles of the project whose id is the argument `projectID`.
    case project(Set<ProjectRole>)
    /// Members with one of these roles of the project of the infrastructure whose id is at this place of the arguments.
    case projectOfInfrastructure(Set<ProjectRole>, at: [String])
    /// The agent whose identity is at this place of the arguments: a registered infrastructure with its access key.
    case agent(at: [String])
    /// Whoever presents the access key of an infrastructure. The resolver checks it, as each has rules of its own.
    case accessKey
}

extension Set<ProjectRole> {
    static let members: Set = [.owner, .executor, .viewer]
    static let executors: Set = [.owner, .executor]
    static let owners: Set = [.owner]
}

extension CenterOperation {
    /// The role table.
    ///
    /// It is upstream's, with its holes closed: what any login, or anyone at all, could do there with a project or an
    /// infrastructure takes a member of that project here.
    var access: Access {
        switch self {
        case .getServerVersion: .anyone
        case .generateSSHKey: .anyUser

        case .getExperiment, .listExperiment, .getExperimentStats, .getExperimentRun, .listExperimentRun,
            .getExperimentRunStats, .getInfra, .listInfras, .getVersionDetails, .listChaosFaults, .getChaosFault,
            .listChaosHub, .getChaosHub, .listPredefinedExperiments, .getPredefinedExperiment, .getChaosHubStats,
            .getEnvironment, .listEnvironments, .getProbe, .listProbes, .getProbeYAML, .getProbeReference,
            .getProbesInExperimentRun, .validateUniqueProbe, .getInfraEvents:
            .project(.members)
        case .getInfraDetails, .getInfraStats, .getInfraManifest, .updateChaosExperiment, .runChaosExperiment,
            .stopExperimentRuns:
            .project(.executors)
        case .getGitOpsDetails, .getImageRegistry, .listImageRegistry, .listAuditEvents, .createChaosExperiment,
            .saveChaosExperiment, .deleteChaosExperiment, .updateCronExperimentState, .registerInfra, .deleteInfra,
            .rotateInfraAccessKey, .addChaosHub, .addRemoteChaosHub, .saveChaosHub, .updateChaosHub, .deleteChaosHub,
            .syncChaosHub, .enableGitOps, .updateGitOps, .disableGitOps, .createImageRegistry, .updateImageRegistry,
            .deleteImageRegistry, .createEnvironment, .updateEnvironment, .deleteEnvironment, .addProbe, .updateProbe,
            .deleteProbe:
            .project(.owners)

        case .getPodLog: .projectOfInfrastructure(.members, at: ["request", "infraID"])
        case .getKubeObject, .getKubeNamespace: .projectOfInfrastructure(.executors, at: ["request", "infraID"])

        case .infraConnect, .acknowledgeInfraActions: .agent(at: ["request"])
        case .chaosExperimentRun, .podLog, .kubeObj, .kubeNamespace: .agent(at: ["request", "infraID"])
        case .gitopsNotifier: .agent(at: ["clusterInfo"])
        case .confirmInfraRegistration, .getManifestWithInfraID: .accessKey
        }
    }

    /// Whether the audit log has it: mutations, but for what agents report all the time.
    var isAudited: Bool {
        switch self {
        case .chaosExperimentRun, .podLog, .kubeObj, .kubeNamespace, .acknowledgeInfraActions: false
        default: kind == .mutation
        }
    }
}
