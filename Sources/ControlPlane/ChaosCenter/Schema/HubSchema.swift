extension CenterSchema {
    /// Chaos hubs and the faults in them.
    static let hub = """
        enum AuthType {
            BASIC
            NONE
            SSH
            TOKEN
        }

        enum FileType {
            EXPERIMENT
            ENGINE
            WORKFLOW
            CSV
        }

        enum HubType {
            GIT
            REMOTE
        }

        input CreateChaosHubRequest {
            name: String!
            tags: [String!]
            description: String
            repoURL: String!
            repoBranch: String!
            remoteHub: String!
            isPrivate: Boolean!
            authType: AuthType!
            token: String
            userName: String
            password: String
            sshPrivateKey: String
            sshPublicKey: String
        }

        input ExperimentRequest {
            category: String!
            experimentName: String!
            hubID: String!
        }

        input CloningInput {
            name: String!
            repoBranch: String!
            repoURL: String!
            remoteHub: String!
            isPrivate: Boolean!
            authType: AuthType!
            token: String
            userName: String
            password: String
            sshPrivateKey: String
            isDefault: Boolean!
        }

        input CreateRemoteChaosHub {
            name: String!
            tags: [String!]
            description: String
            repoURL: String!
            remoteHub: String!
        }

        input UpdateChaosHubRequest {
            id: String!
            name: String!
            description: String
            tags: [String!]
            repoURL: String!
            repoBranch: String!
            remoteHub: String!
            isPrivate: Boolean!
            authType: AuthType!
            token: String
            userName: String
            password: String
            sshPrivateKey: String
            sshPublicKey: String
        }

        input ChaosHubFilterInput {
            chaosHubName: String
            tags: [String!]
            description: String
        }

        input ListChaosHubRequest {
            chaosHubIDs: [ID!]
            filter: ChaosHubFilterInput
        }

        type ChaosHub implements ResourceDetails & Audit {
            id: ID!
            repoURL: String!
            repoBranch: String!
            remoteHub: String!
            projectID: ID!
            isDefault: Boolean!
            name: String!
            tags: [String!]
            createdBy: UserDetails
            updatedBy: UserDetails
            description: String
            hubType: HubType!
            isPrivate: Boolean!
            authType: AuthType!
            token: String
            userName: String
            password: String
            sshPrivateKey: String
            isRemoved: Boolean!
            createdAt: String!
            updatedAt: String!
            lastSyncedAt: String!
        }

        type Chart {
            apiVersion: String!
            kind: String!
            metadata: Metadata!
            spec: Spec!
            packageInfo: PackageInformation!
        }

        type Maintainer {
            name: String!
            email: String!
        }

        type Link {
            name: String!
            url: String!
        }

        type Metadata {
            name: String!
            version: String!
            annotations: Annotation!
        }

        type Annotation {
            categories: String!
            vendor: String!
            createdAt: String!
            repository: String!
            support: String!
            chartDescription: String!
        }

        type FaultList {
            name: String!
            displayName: String!
            description: String!
            plan: [String!]
        }

        type Spec {
            displayName: String!
            categoryDescription: String!
            keywords: [String!]!
            maturity: String!
            maintainers: [Maintainer!]!
            minKubeVersion: String!
            provider: Provider!
            links: [Link!]!
            faults: [FaultList!]!
            experiments: [String!]
            chaosExpCRDLink: String!
            platforms: [String!]!
            chaosType: String
        }

        type Provider {
            name: String!
        }

        type PackageInformation {
            packageName: String!
            experiments: [Experiments!]!
        }

        type Experiments {
            name: String!
            CSV: String!
            desc: String!
        }

        type ChaosHubStatus implements ResourceDetails & Audit {
            id: ID!
            repoURL: String!
            repoBranch: String!
            remoteHub: String!
            isAvailable: Boolean!
            totalFaults: String!
            totalExperiments: String!
            name: String!
            hubType: HubType!
            isPrivate: Boolean!
            authType: AuthType!
            token: String
            userName: String
            password: String
            isRemoved: Boolean!
            sshPrivateKey: String
            sshPublicKey: String
            lastSyncedAt: String!
            tags: [String!]
            createdBy: UserDetails
            updatedBy: UserDetails
            createdAt: String!
            updatedAt: String!
            description: String
            isDefault: Boolean!
        }

        type ExperimentDetails {
            engineDetails: String!
            experimentDetails: String!
        }

        type PredefinedExperimentList {
            experimentName: String!
            experimentCSV: String!
            experimentManifest: String!
        }

        type FaultDetails {
            fault: String!
            engine: String!
            csv: String!
        }

        type GetChaosHubStatsResponse {
            totalChaosHubs: Int!
        }
        """
}
