/// An environment that infrastructures belong to, as it is stored in `environment`.
struct Environment: Codable, Sendable, Hashable, AuditedRecord {
    /// Chosen by the client.
    var id: String
    var name: String
    var description: String?
    var tags: [String]?
    /// `PROD` or `NON_PROD`.
    var type: String
    var projectID: String
    var infraIDs: [String]?
    var createdAt: Int64
    var updatedAt: Int64
    var createdBy: UserDetails?
    var updatedBy: UserDetails?
    var isRemoved: Bool

    enum CodingKeys: String, CodingKey {
        case id = "environment_id"
        case name, description, tags, type
        case projectID = "project_id"
        case infraIDs = "infra_ids"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
    }
}
