extension CenterSchema {
    /// Infrastructures and what is said to and by their agents.
    static let infrastructure = """
        enum UpdateStatus {
            AVAILABLE
            MANDATORY
            NOT_REQUIRED
        }

        enum InfrastructureType {
            Kubernetes
        }

        enum INFRA_SCOPE {
            namespace
            cluster
        }

        input RegisterInfraRequest {
            name: String!
            environmentID: String!
            infrastructureType: InfrastructureType!
            description: String
            platformName: String!
            infraNamespace: String
            serviceAccount: String
            infraScope: String!
            infraNsExists: Boolean
            infraSaExists: Boolean
            skipSsl: Boolean
            nodeSelector: String
            tolerations: [Toleration]
            tags: [String!]
        }

        input Toleration {
            tolerationSeconds: Int
            key: String
            operator: String
            effect: String
            value: String
        }

        input NewInfraEventRequest {
            eventName: String!
            description: String!
            infraID: String!
            accessKey: String!
        }

        input InfraIdentity {
            infraID: String!
            accessKey: String!
            version: String!
        }

        input PodLogRequest {
            infraID: ID!
            experimentRunID: ID!
            podName: String!
            podNamespace: String!
            podType: String!
            expPod: String
            runnerPod: String
            chaosNamespace: String
        }

        input PodLog {
            infraID: InfraIdentity!
            requestID: ID!
            experimentRunID: ID!
            podName: String!
            podType: String!
            log: String!
        }

        input Workload {
            name: String!
            kind: String!
            namespace: String!
        }

        input KubeObjectRequest {
            infraID: ID!
            kubeObjRequest: KubeGVRRequest
            namespace: String!
            objectType: String!
            workloads: [Workload]
        }

        input KubeNamespaceRequest {
            infraID: ID!
        }

        input KubeGVRRequest {
            group: String!
            version: String!
            resource: String!
        }

        input KubeNamespaceData {
            requestID: ID!
            infraID: InfraIdentity!
            kubeNamespace: String!
        }

        input KubeObjectData {
            requestID: ID!
            infraID: InfraIdentity!
            kubeObj: String!
        }

        input InfraFilterInput {
            name: String
            infraID: String
            description: String
            platformName: String
            infraScope: INFRA_SCOPE
            isActive: Boolean
            tags: [String]
        }

        input ListInfraRequest {
            infraIDs: [ID!]
            environmentIDs: [ID!]
            pagination: Pagination
            filter: InfraFilterInput
        }

        type Infra implements ResourceDetails & Audit {
            projectID: ID!
            infraID: ID!
            name: String!
            description: String
            tags: [String!]
            environmentID: String!
            platformName: String!
            isActive: Boolean!
            isInfraConfirmed: Boolean!
            isRemoved: Boolean!
            updatedAt: String!
            createdAt: String!
            noOfExperiments: Int
            noOfExperimentRuns: Int
            token: String!
            infraNamespace: String
            serviceAccount: String
            infraScope: String!
            infraNsExists: Boolean
            infraSaExists: Boolean
            lastExperimentTimestamp: String
            startTime: String!
            version: String!
            createdBy: UserDetails
            updatedBy: UserDetails
            infraType: InfrastructureType
            updateStatus: UpdateStatus!
        }

        type InfraEventResponse {
            eventID: ID!
            eventType: String!
            eventName: String!
            description: String!
            infra: Infra!
        }

        type ActionPayload {
            requestID: String!
            requestType: String!
            k8sManifest: String!
            namespace: String!
            externalData: String
            username: String
        }

        type InfraActionResponse {
            projectID: String!
            action: ActionPayload!
        }

        type ConfirmInfraRegistrationResponse {
            isInfraConfirmed: Boolean!
            newAccessKey: String
            infraID: String
        }

        type RegisterInfraResponse {
            token: String!
            infraID: String!
            name: String!
            manifest: String!
        }

        type PodLogResponse {
            experimentRunID: ID!
            podName: String!
            podType: String!
            log: String!
        }

        type KubeObjectResponse {
            infraID: ID!
            kubeObj: KubeObject!
        }

        type KubeObject {
            namespace: String!
            data: [ObjectData]!
        }

        type ObjectData {
            labels: [String!]
            name: String!
        }

        type KubeNamespace {
            name: String!
        }

        type KubeNamespaceResponse {
            infraID: ID!
            kubeNamespace: [KubeNamespace]!
        }

        type ListInfraResponse {
            totalNoOfInfras: Int!
            infras: [Infra]!
        }

        type GetInfraStatsResponse {
            totalInfrastructures: Int!
            totalActiveInfrastructure: Int!
            totalInactiveInfrastructures: Int!
            totalConfirmedInfrastructure: Int!
            totalNonConfirmedInfrastructures: Int!
        }

        type InfraVersionDetails {
            latestVersion: String!
            compatibleVersions: [String!]!
        }

        type ServerVersionResponse {
            key: String!
            value: String!
        }
        """
}
