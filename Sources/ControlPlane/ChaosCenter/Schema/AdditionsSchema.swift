extension CenterSchema {
    /// What upstream's schema does not have. Its clients never ask for it.
    static let additions = """
        extend enum ExperimentRunStatus {
            "The cluster has taken the run and not begun with it."
            Pending
            "The faults ended, and a probe failed."
            Completed_With_Probe_Failure
        }

        "What became of an action that was sent over infraConnect."
        input InfraActionOutcome {
            requestID: ID!
            "Why it could not be done; absent when it was."
            error: String
        }

        input AuditEventFilterInput {
            operation: String
            username: String
            dateRange: DateRange
        }

        input ListAuditEventsRequest {
            pagination: Pagination
            filter: AuditEventFilterInput
        }

        "A mutation that someone asked for."
        type AuditEvent {
            eventID: ID!
            "Milliseconds since 1970."
            time: String!
            operation: String!
            "Who; null where an infrastructure's agent asked."
            user: UserDetails
            infraID: ID
            "The address that the request came from."
            address: String
            userAgent: String
            "The names and ids among its arguments, as NAME=VALUE."
            target: [String!]!
            "STARTED, SUCCEEDED, FAILED or DENIED."
            outcome: String!
            "Why it failed or was denied."
            reason: String
        }

        type ListAuditEventsResponse {
            totalNoOfEvents: Int!
            events: [AuditEvent!]!
        }

        extend type Query {
            "The mutations of a project, newest first. For its owners."
            listAuditEvents(projectID: ID!, request: ListAuditEventsRequest): ListAuditEventsResponse! @authorized
        }

        extend type Mutation {
            "Says what became of actions; those are not sent again."
            acknowledgeInfraActions(request: InfraIdentity!, outcomes: [InfraActionOutcome!]!): Boolean!
            "Makes a new access key. The old one is accepted until the new one was used."
            rotateInfraAccessKey(projectID: ID!, infraID: ID!): RegisterInfraResponse! @authorized
        }
        """
}
