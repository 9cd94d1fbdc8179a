extension CenterSchema {
    /// Experiments and their runs.
    static let experiment = """
        enum ExperimentType {
            All
            Experiment
            CronExperiment
            ChaosEngine
            ChaosSchedule
        }

        enum ExperimentRunStatus {
            All
            Running
            Completed
            Completed_With_Error
            Stopped
            Skipped
            Error
            Timeout
            Terminated
            Queued
            NA
        }

        enum ScheduleType {
            CRON
            NON_CRON
            ALL
        }

        enum ExperimentSortingField {
            NAME
            TIME
        }

        input WeightagesInput {
            faultName: String!
            weightage: Int!
        }

        input SaveChaosExperimentRequest {
            id: String!
            type: ExperimentType
            name: String!
            description: String!
            manifest: String!
            infraID: ID!
            tags: [String!]
        }

        input ChaosExperimentRequest {
            experimentID: String
            runExperiment: Boolean
            experimentManifest: String!
            experimentType: ExperimentType
            cronSyntax: String!
            experimentName: String!
            experimentDescription: String!
            weightages: [WeightagesInput!]!
            isCustomExperiment: Boolean!
            infraID: ID!
            tags: [String!]
        }

        input ExperimentRunRequest {
            experimentID: String!
            notifyID: String
            experimentRunID: String!
            experimentName: String!
            executionData: String!
            infraID: InfraIdentity!
            revisionID: String!
            completed: Boolean!
            isRemoved: Boolean
            updatedBy: String!
        }

        input DateRange {
            startDate: String!
            endDate: String
        }

        input ExperimentRunFilterInput {
            experimentName: String
            infraID: String
            experimentType: ScheduleType
            experimentStatus: ExperimentRunStatus
            dateRange: DateRange
            experimentRunID: String
            experimentRunStatus: [String]
            infraTypes: [InfrastructureType]
        }

        input Pagination {
            page: Int!
            limit: Int!
        }

        input ExperimentRunSortInput {
            field: ExperimentSortingField!
            ascending: Boolean
        }

        input ListExperimentRunRequest {
            experimentRunIDs: [ID]
            experimentIDs: [ID]
            pagination: Pagination
            sort: ExperimentRunSortInput
            filter: ExperimentRunFilterInput
        }

        input ExperimentFilterInput {
            experimentName: String
            infraName: String
            infraID: String
            infraActive: Boolean
            scheduleType: ScheduleType
            status: String
            dateRange: DateRange
            infraTypes: [InfrastructureType]
        }

        input ListExperimentRequest {
            experimentIDs: [ID]
            pagination: Pagination
            sort: ExperimentSortInput
            filter: ExperimentFilterInput
        }

        input ExperimentSortInput {
            field: ExperimentSortingField!
            ascending: Boolean
        }

        type ChaosExperimentResponse {
            experimentID: String!
            projectID: ID!
            cronSyntax: String!
            experimentName: String!
            experimentDescription: String!
            isCustomExperiment: Boolean!
            tags: [String!]
        }

        type Weightages {
            faultName: String!
            weightage: Int!
        }

        type ExperimentRun implements Audit {
            projectID: ID!
            experimentRunID: ID!
            experimentType: String
            experimentID: ID!
            weightages: [Weightages!]!
            updatedAt: String!
            createdAt: String!
            infra: Infra!
            experimentName: String!
            experimentManifest: String!
            phase: ExperimentRunStatus!
            resiliencyScore: Float
            faultsPassed: Int
            faultsFailed: Int
            faultsAwaited: Int
            faultsStopped: Int
            faultsNa: Int
            totalFaults: Int
            executionData: String!
            isRemoved: Boolean
            updatedBy: UserDetails
            createdBy: UserDetails
            notifyID: ID
            runSequence: Int!
        }

        type ListExperimentRunResponse {
            totalNoOfExperimentRuns: Int!
            experimentRuns: [ExperimentRun]!
        }

        type RecentExperimentRun implements Audit {
            experimentRunID: ID!
            phase: String!
            resiliencyScore: Float
            updatedAt: String!
            createdAt: String!
            createdBy: UserDetails
            updatedBy: UserDetails
            runSequence: Int!
        }

        type Experiment implements ResourceDetails & Audit {
            projectID: ID!
            experimentID: String!
            experimentType: String
            experimentManifest: String!
            cronSyntax: String!
            name: String!
            description: String!
            weightages: [Weightages!]!
            isCustomExperiment: Boolean!
            updatedAt: String!
            createdAt: String!
            infra: Infra
            isRemoved: Boolean!
            tags: [String!]
            createdBy: UserDetails
            recentExperimentRunDetails: [RecentExperimentRun]
            updatedBy: UserDetails
        }

        type GetExperimentResponse {
            experimentDetails: Experiment!
            averageResiliencyScore: Float
        }

        type ListExperimentResponse {
            totalNoOfExperiments: Int!
            experiments: [Experiment]!
        }

        type StopExperimentRunsRequest {
            projectID: ID!
            experimentID: String!
            experimentRunID: String
        }

        type RunChaosExperimentResponse {
            notifyID: ID!
        }

        type GetExperimentRunStatsResponse {
            totalExperimentRuns: Int!
            totalCompletedExperimentRuns: Int!
            totalTerminatedExperimentRuns: Int!
            totalRunningExperimentRuns: Int!
            totalStoppedExperimentRuns: Int!
            totalErroredExperimentRuns: Int!
        }

        type ResilienceScoreCategory {
            id: Int!
            count: Int!
        }

        type GetExperimentStatsResponse {
            totalExperiments: Int!
            totalExpCategorizedByResiliencyScore: [ResilienceScoreCategory]!
        }
        """
}
