import Authentication
import GraphQL

/// Who made or changed something, as it is stored and shown.
struct UserDetails: Codable, Sendable, Hashable, GraphQLOutput {
    var userID: String
    var username: String
    var email: String?

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case username, email
    }

    init(userID: String, username: String, email: String? = nil) {
        self.userID = userID
        self.username = username
        self.email = email
    }

    init(_ identity: Identity) {
        self.init(userID: identity.userID, username: identity.username, email: identity.email)
    }
}

/// A stored thing of which is kept who made and last changed it, and when.
protocol AuditedRecord: Sendable {
    /// Milliseconds since 1970.
    var createdAt: Int64 { get set }
    var updatedAt: Int64 { get set }
    var createdBy: UserDetails? { get set }
    var updatedBy: UserDetails? { get set }
    var isRemoved: Bool { get set }
}
