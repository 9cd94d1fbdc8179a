extension CenterSchema {
    /// Probes as objects of a project.
    static let probe = """
        interface CommonProbeProperties {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
        }

        enum ProbeType {
            httpProbe
            cmdProbe
            promProbe
            k8sProbe
        }

        enum ImagePullPolicy {
            IfNotPresent
            Always
            Never
        }

        enum Mode {
            SOT
            EOT
            Edge
            Continuous
            OnChaos
        }

        enum ProbeStatus {
            Running
            Completed
            Stopped
            Error
            Queued
            NA
        }

        enum ProbeVerdict {
            Passed
            Failed
            NA
            Awaited
        }

        input MethodRequest {
            get: GETRequest
            post: POSTRequest
        }

        input GETRequest {
            criteria: String!
            responseCode: String!
        }

        input POSTRequest {
            contentType: String
            body: String
            bodyPath: String
            criteria: String!
            responseCode: String!
        }

        input ProbeRequest {
            name: ID!
            description: String
            tags: [String!]
            type: ProbeType!
            infrastructureType: InfrastructureType!
            kubernetesHTTPProperties: KubernetesHTTPProbeRequest
            kubernetesCMDProperties: KubernetesCMDProbeRequest
            k8sProperties: K8SProbeRequest
            promProperties: PROMProbeRequest
        }

        input KubernetesHTTPProbeRequest {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            url: String!
            method: MethodRequest!
            insecureSkipVerify: Boolean
        }

        input ComparatorInput {
            type: String!
            value: String!
            criteria: String!
        }

        input ProbeFilterInput {
            name: String
            dateRange: DateRange
            type: [ProbeType]
        }

        input PROMProbeRequest {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            endpoint: String!
            query: String
            queryPath: String
            comparator: ComparatorInput!
        }

        input HTTPProbeRequest {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            url: String!
            method: MethodRequest!
            insecureSkipVerify: Boolean
        }

        input K8SProbeRequest {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            group: String
            version: String!
            resource: String!
            namespace: String
            resourceNames: String
            fieldSelector: String
            labelSelector: String
            operation: String!
        }

        input KubernetesCMDProbeRequest {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            command: String!
            comparator: ComparatorInput!
            source: String
        }

        input CMDProbeRequest {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            command: String!
            comparator: ComparatorInput!
            source: String
        }

        input GetProbeYAMLRequest {
            probeName: ID!
            mode: Mode!
        }

        type Method {
            get: GET
            post: POST
        }

        type GET {
            criteria: String!
            responseCode: String!
        }

        type POST {
            contentType: String
            body: String
            bodyPath: String
            criteria: String!
            responseCode: String!
        }

        type Comparator {
            type: String!
            value: String!
            criteria: String!
        }

        type ExecutedByExperiment {
            experimentID: String!
            experimentName: String!
            updatedAt: Int!
            updatedBy: UserDetails
        }

        type ExecutionHistory {
            mode: Mode!
            faultName: String!
            status: Status!
            executedByExperiment: ExecutedByExperiment!
        }

        type ProbeRecentExecutions {
            faultName: String!
            status: Status!
            executedByExperiment: ExecutedByExperiment!
        }

        type RecentExecutions {
            faultName: String!
            mode: Mode!
            executionHistory: [ExecutionHistory!]!
        }

        type GetProbeReferenceResponse {
            projectID: ID!
            name: String!
            totalRuns: Int!
            recentExecutions: [RecentExecutions]!
        }

        type KubernetesCMDProbe implements CommonProbeProperties {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            command: String!
            comparator: Comparator!
            source: String
        }

        type Probe implements ResourceDetails & Audit {
            projectID: ID!
            name: String!
            description: String
            tags: [String!]
            type: ProbeType!
            infrastructureType: InfrastructureType!
            kubernetesHTTPProperties: KubernetesHTTPProbe
            kubernetesCMDProperties: KubernetesCMDProbe
            k8sProperties: K8SProbe
            promProperties: PROMProbe
            recentExecutions: [ProbeRecentExecutions!]
            referencedBy: Int
            updatedAt: String!
            createdAt: String!
            updatedBy: UserDetails
            createdBy: UserDetails
        }

        type PROMProbe implements CommonProbeProperties {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            endpoint: String!
            query: String
            queryPath: String
            comparator: Comparator!
        }

        type KubernetesHTTPProbe implements CommonProbeProperties {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            url: String!
            method: Method!
            insecureSkipVerify: Boolean
        }

        type K8SProbe implements CommonProbeProperties {
            probeTimeout: String!
            interval: String!
            retry: Int
            attempt: Int
            probePollingInterval: String
            initialDelay: String
            evaluationTimeout: String
            stopOnFailure: Boolean
            group: String
            version: String!
            resource: String!
            namespace: String
            resourceNames: String
            fieldSelector: String
            labelSelector: String
            operation: String!
        }

        type Status {
            verdict: ProbeVerdict!
            description: String
        }

        type GetProbesInExperimentRunResponse {
            probe: Probe!
            mode: Mode!
            status: Status!
        }
        """
}
