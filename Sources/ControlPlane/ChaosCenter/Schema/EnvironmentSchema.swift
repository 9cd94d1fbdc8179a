extension CenterSchema {
    /// Environments.
    static let environment = """
        enum EnvironmentType {
            PROD
            NON_PROD
        }

        enum EnvironmentSortingField {
            NAME
            TIME
        }

        input CreateEnvironmentRequest {
            environmentID: String!
            name: String!
            type: EnvironmentType!
            description: String
            tags: [String!]
        }

        input UpdateEnvironmentRequest {
            environmentID: String!
            name: String
            description: String
            tags: [String]
            type: EnvironmentType
        }

        input EnvironmentFilterInput {
            name: String
            description: String
            type: EnvironmentType
            tags: [String!]
        }

        input EnvironmentSortInput {
            field: EnvironmentSortingField!
            ascending: Boolean
        }

        input ListEnvironmentRequest {
            environmentIDs: [ID!]
            pagination: Pagination
            filter: EnvironmentFilterInput
            sort: EnvironmentSortInput
        }

        type Environment implements ResourceDetails & Audit {
            projectID: String!
            environmentID: String!
            name: String!
            description: String
            tags: [String!]
            type: EnvironmentType!
            createdAt: String!
            createdBy: UserDetails
            updatedBy: UserDetails
            updatedAt: String!
            isRemoved: Boolean
            infraIDs: [String!]
        }

        type ListEnvironmentResponse {
            totalNoOfEnvironments: Int!
            environments: [Environment]
        }
        """
}
