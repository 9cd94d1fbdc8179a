/// A chaos hub of a project, as it is stored in `chaosHubs`.
struct StoredHub: Codable, Sendable, Hashable, AuditedRecord {
    var id: String
    var projectID: String
    /// Unique among the present ones of the project.
    var name: String
    var description: String?
    var tags: [String]?
    var repoURL: String
    var repoBranch: String
    /// Which service it lies on, for people; the client's own word.
    var remoteHub: String
    var isPrivate: Bool
    var authType: GitAuthentication
    var hubType: HubType?
    var token: String?
    var username: String?
    var password: String?
    var sshPrivateKey: String?
    var sshPublicKey: String?
    /// Milliseconds since 1970: of the last fetch that succeeded, before that of the hub's creation.
    var lastSyncedAt: Int64
    var isDefault: Bool?
    var createdAt: Int64
    var updatedAt: Int64
    var createdBy: UserDetails?
    var updatedBy: UserDetails?
    var isRemoved: Bool

    enum CodingKeys: String, CodingKey {
        case id = "hub_id"
        case name, description, tags, token, username, password
        case projectID = "project_id"
        case repoURL = "repo_url"
        case repoBranch = "repo_branch"
        case remoteHub = "remote_hub"
        case isPrivate = "is_private"
        case authType = "auth_type"
        case hubType = "hub_type"
        case sshPrivateKey = "ssh_private_key"
        case sshPublicKey = "ssh_public_key"
        case lastSyncedAt = "last_synced_at"
        case isDefault = "is_default"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
    }
}

/// `HubType` of the API.
enum HubType: String, Codable, Sendable, Hashable {
    case git = "GIT"
    /// A zip archive behind a URL.
    case remote = "REMOTE"
}

extension StoredHub {
    /// Hubs that were saved without a type are repositories.
    var type: HubType { hubType ?? .git }

    var credentials: GitCredentials {
        get {
            GitCredentials(
                authentication: authType, token: token, username: username, password: password,
                sshPrivateKey: sshPrivateKey)
        }
        set {
            authType = newValue.authentication
            token = newValue.token
            username = newValue.username
            password = newValue.password
            sshPrivateKey = newValue.sshPrivateKey
        }
    }
}
