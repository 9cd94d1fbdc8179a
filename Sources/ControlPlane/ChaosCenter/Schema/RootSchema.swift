extension CenterSchema {
    /// The operations.
    static let root = """
        directive @authorized on FIELD_DEFINITION

        type Query {
            getChaosFault(projectID: ID!, request: ExperimentRequest!): FaultDetails! @authorized
            getChaosHub(projectID: ID!, chaosHubID: ID!): ChaosHubStatus! @authorized
            getChaosHubStats(projectID: ID!): GetChaosHubStatsResponse! @authorized
            getEnvironment(projectID: ID!, environmentID: ID!): Environment @authorized
            getExperiment(projectID: ID!, experimentID: String!): GetExperimentResponse!
            getExperimentRun(projectID: ID!, experimentRunID: ID, notifyID: ID): ExperimentRun!
            getExperimentRunStats(projectID: ID!): GetExperimentRunStatsResponse!
            getExperimentStats(projectID: ID!): GetExperimentStatsResponse!
            getGitOpsDetails(projectID: ID!): GitConfigResponse! @authorized
            getImageRegistry(projectID: String!): ImageRegistryResponse! @authorized
            getInfra(projectID: ID!, infraID: String!): Infra! @authorized
            getInfraDetails(infraID: ID!, projectID: ID!): Infra! @authorized
            getInfraManifest(infraID: ID!, upgrade: Boolean!, projectID: ID!): String! @authorized
            getInfraStats(projectID: ID!): GetInfraStatsResponse! @authorized
            getPredefinedExperiment(hubID: ID!, experimentName: [String!]!, projectID: ID!): [PredefinedExperimentList!]! @authorized
            getProbe(projectID: ID!, probeName: ID!): Probe! @authorized
            getProbeReference(projectID: ID!, probeName: ID!): GetProbeReferenceResponse! @authorized
            getProbeYAML(projectID: ID!, request: GetProbeYAMLRequest!): String! @authorized
            getProbesInExperimentRun(projectID: ID!, experimentRunID: String!, faultName: String!): [GetProbesInExperimentRunResponse]! @authorized
            getServerVersion: ServerVersionResponse!
            getVersionDetails(projectID: ID!): InfraVersionDetails! @authorized
            listChaosFaults(hubID: ID!, projectID: ID!): [Chart!]! @authorized
            listChaosHub(projectID: ID!, request: ListChaosHubRequest): [ChaosHubStatus]! @authorized
            listEnvironments(projectID: ID!, request: ListEnvironmentRequest): ListEnvironmentResponse @authorized
            listExperiment(projectID: ID!, request: ListExperimentRequest!): ListExperimentResponse!
            listExperimentRun(projectID: ID!, request: ListExperimentRunRequest!): ListExperimentRunResponse!
            listImageRegistry(projectID: String!): [ImageRegistryResponse!] @authorized
            listInfras(projectID: ID!, request: ListInfraRequest): ListInfraResponse! @authorized
            listPredefinedExperiments(hubID: ID!, projectID: ID!): [PredefinedExperimentList!]! @authorized
            listProbes(projectID: ID!, infrastructureType: InfrastructureType, probeNames: [ID!], filter: ProbeFilterInput): [Probe]! @authorized
            validateUniqueProbe(projectID: ID!, probeName: ID!): Boolean! @authorized
        }

        type Mutation {
            addChaosHub(projectID: ID!, request: CreateChaosHubRequest!): ChaosHub! @authorized
            addProbe(request: ProbeRequest!, projectID: ID!): Probe! @authorized
            addRemoteChaosHub(projectID: ID!, request: CreateRemoteChaosHub!): ChaosHub! @authorized
            chaosExperimentRun(request: ExperimentRunRequest!): String!
            confirmInfraRegistration(request: InfraIdentity!): ConfirmInfraRegistrationResponse!
            createChaosExperiment(request: ChaosExperimentRequest!, projectID: ID!): ChaosExperimentResponse!
            createEnvironment(projectID: ID!, request: CreateEnvironmentRequest): Environment @authorized
            createImageRegistry(projectID: String!, imageRegistryInfo: ImageRegistryInput!): ImageRegistryResponse! @authorized
            deleteChaosExperiment(experimentID: String!, experimentRunID: String, projectID: ID!): Boolean!
            deleteChaosHub(projectID: ID!, hubID: ID!): Boolean! @authorized
            deleteEnvironment(projectID: ID!, environmentID: ID!): String! @authorized
            deleteImageRegistry(imageRegistryID: String!, projectID: String!): String! @authorized
            deleteInfra(projectID: ID!, infraID: String!): String! @authorized
            deleteProbe(probeName: ID!, projectID: ID!): Boolean! @authorized
            disableGitOps(projectID: ID!): Boolean! @authorized
            enableGitOps(projectID: ID!, configurations: GitConfig!): Boolean! @authorized
            generateSSHKey: SSHKey! @authorized
            getManifestWithInfraID(projectID: ID!, infraID: String!, accessKey: String!): String!
            gitopsNotifier(clusterInfo: InfraIdentity!, experimentID: ID!): String!
            kubeNamespace(request: KubeNamespaceData!): String!
            kubeObj(request: KubeObjectData!): String!
            podLog(request: PodLog!): String!
            registerInfra(projectID: ID!, request: RegisterInfraRequest!): RegisterInfraResponse!
            runChaosExperiment(experimentID: String!, projectID: ID!): RunChaosExperimentResponse!
            saveChaosExperiment(request: SaveChaosExperimentRequest!, projectID: ID!): String!
            saveChaosHub(projectID: ID!, request: CreateChaosHubRequest!): ChaosHub! @authorized
            stopExperimentRuns(projectID: ID!, experimentID: String!, experimentRunID: String, notifyID: String): Boolean! @authorized
            syncChaosHub(id: ID!, projectID: ID!): String! @authorized
            updateChaosExperiment(request: ChaosExperimentRequest!, projectID: ID!): ChaosExperimentResponse!
            updateChaosHub(projectID: ID!, request: UpdateChaosHubRequest!): ChaosHub! @authorized
            updateCronExperimentState(experimentID: String!, disable: Boolean!, projectID: ID!): Boolean! @authorized
            updateEnvironment(projectID: ID!, request: UpdateEnvironmentRequest): String! @authorized
            updateGitOps(projectID: ID!, configurations: GitConfig!): Boolean! @authorized
            updateImageRegistry(imageRegistryID: String!, projectID: String!, imageRegistryInfo: ImageRegistryInput!): ImageRegistryResponse! @authorized
            updateProbe(request: ProbeRequest!, projectID: ID!): String! @authorized
        }

        type Subscription {
            getInfraEvents(projectID: String!): InfraEventResponse! @authorized
            getKubeNamespace(request: KubeNamespaceRequest!): KubeNamespaceResponse!
            getKubeObject(request: KubeObjectRequest!): KubeObjectResponse!
            getPodLog(request: PodLogRequest!): PodLogResponse!
            infraConnect(request: InfraIdentity!): InfraActionResponse!
        }
        """
}
