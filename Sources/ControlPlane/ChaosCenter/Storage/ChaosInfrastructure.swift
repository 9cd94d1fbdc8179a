import KubernetesAPI

/// A cluster, or a namespace of one, as it is stored in `chaosInfrastructures`.
struct ChaosInfrastructure: Codable, Sendable, Hashable, AuditedRecord {
    var id: String
    var name: String
    var description: String?
    var tags: [String]?
    var projectID: String
    var namespace: String?
    var platformName: String
    var serviceAccount: String?
    /// `cluster` or `namespace`.
    var scope: String
    var namespaceExists: Bool?
    var serviceAccountExists: Bool?
    var environmentID: String
    var accessKey: String
    /// Replaces `accessKey` when it is first used.
    var nextAccessKey: String?
    /// Whether `nextAccessKey` was asked for by an owner: then whoever has the old key is not told the new one.
    var isRotating: Bool?
    /// For the download of the manifest; gone once the registration is confirmed.
    var token: String?
    var type: String
    var isRegistered: Bool
    var isConfirmed: Bool
    /// Whether its agent is connected.
    var isActive: Bool
    var skipSSL: Bool?
    /// `k=v,k=v`.
    var nodeSelector: String?
    var tolerations: [InfraToleration]?
    /// When it was registered, in milliseconds since 1970.
    var startTime: String
    var version: String
    /// Milliseconds since 1970: when the agent was last connected.
    var lastSeenAt: Int64?
    /// Open and recent commands that belong to no experiment and no run.
    var commands: [AgentCommand]?
    var createdAt: Int64
    var updatedAt: Int64
    var createdBy: UserDetails?
    var updatedBy: UserDetails?
    var isRemoved: Bool

    enum CodingKeys: String, CodingKey {
        case id = "infra_id"
        case name, description, tags, token, version, tolerations, commands
        case projectID = "project_id"
        case namespace = "infra_namespace"
        case platformName = "platform_name"
        case serviceAccount = "service_account"
        case scope = "infra_scope"
        case namespaceExists = "infra_ns_exists"
        case serviceAccountExists = "infra_sa_exists"
        case environmentID = "environment_id"
        case accessKey = "access_key"
        case nextAccessKey = "next_access_key"
        case isRotating = "is_rotating"
        case type = "infra_type"
        case isRegistered = "is_registered"
        case isConfirmed = "is_infra_confirmed"
        case isActive = "is_active"
        case skipSSL = "skip_ssl"
        case nodeSelector = "node_selector"
        case startTime = "start_time"
        case lastSeenAt = "last_seen_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
    }
}

/// As a pod's specification has it.
struct InfraToleration: Codable, Sendable, Hashable {
    var tolerationSeconds: Int?
    var key: String?
    var `operator`: String?
    var effect: String?
    var value: String?
}
