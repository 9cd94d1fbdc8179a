/// Where the images of a project's experiments come from, as it is stored in `imageRegistry`. One a project.
struct ImageRegistry: Codable, Sendable, Hashable, AuditedRecord {
    var id: String
    var projectID: String
    /// The server, such as `docker.io`.
    var name: String
    /// The part between the server and the image, such as `litmuschaos`.
    var repository: String
    /// `public` or `private`.
    var type: String
    var secretName: String?
    var secretNamespace: String?
    var isDefault: Bool
    var isEnabled: Bool?
    var createdAt: Int64
    var updatedAt: Int64
    var createdBy: UserDetails?
    var updatedBy: UserDetails?
    var isRemoved: Bool

    enum CodingKeys: String, CodingKey {
        case id = "image_registry_id"
        case projectID = "project_id"
        case name = "image_registry_name"
        case repository = "image_repo_name"
        case type = "image_registry_type"
        case secretName = "secret_name"
        case secretNamespace = "secret_namespace"
        case isDefault = "is_default"
        case isEnabled = "enable_registry"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
    }
}
