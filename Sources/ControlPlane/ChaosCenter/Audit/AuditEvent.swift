/// A mutation that someone asked for, as it is stored in `auditLog`.
struct AuditEvent: Codable, Sendable, Hashable {
    enum Outcome: String, Codable, Sendable {
        /// It began, and nothing is known of its end.
        case started = "STARTED"
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
        /// Who asked may not.
        case denied = "DENIED"
    }

    var id: String
    /// Nil for what belongs to no project.
    var projectID: String?
    /// Milliseconds since 1970.
    var time: Int64
    var operation: String
    var user: UserDetails?
    var infraID: String?
    var address: String?
    var userAgent: String?
    /// Names and ids among the arguments, as `NAME=VALUE`.
    var target: [String]
    var outcome: Outcome
    var reason: String?

    enum CodingKeys: String, CodingKey {
        case id = "_id"
        case time, operation, user, address, target, outcome, reason
        case projectID = "project_id"
        case infraID = "infra_id"
        case userAgent = "user_agent"
    }
}
