import Foundation

/// What an account may do.
public enum AccountRole: String, Codable, Sendable, Hashable {
    /// Manages users and sees all projects.
    case admin
    case user
}

/// A user as it is stored.
struct User: Codable, Sendable, Hashable {
    var id: String
    var username: String
    /// The hash; nil for users who log in elsewhere.
    var password: String?
    /// Nothing but what other programs left there.
    var salt: String?
    var email: String?
    var name: String?
    var role: AccountRole
    /// Milliseconds since 1970.
    var deactivatedAt: Int64?
    var isInitialLogin: Bool
    var createdAt: Int64?
    var updatedAt: Int64?
    var createdBy: UserReference?
    var updatedBy: UserReference?
    var isRemoved: Bool?
    /// Raised to make all logins so far invalid. Nil is 0.
    var tokenGeneration: Int?
    /// The hash of the one token that is valid although it is of the generation before.
    var keptToken: String?
    var openID: OpenIDIdentity?

    /// Who a user is at an identity provider.
    struct OpenIDIdentity: Codable, Sendable, Hashable {
        var issuer: String
        var subject: String
    }

    enum CodingKeys: String, CodingKey {
        case id = "_id"
        case username, password, salt, email, name, role
        case deactivatedAt = "deactivated_at"
        case isInitialLogin = "is_initial_login"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case createdBy = "created_by"
        case updatedBy = "updated_by"
        case isRemoved = "is_removed"
        case tokenGeneration = "token_generation"
        case keptToken = "kept_token"
        case openID = "openid"
    }

    var isActive: Bool { deactivatedAt == nil && isRemoved != true }
    var reference: UserReference { UserReference(userID: id, username: username, email: email ?? "") }
}

/// Who made or changed something.
struct UserReference: Codable, Sendable, Hashable {
    var userID: String
    var username: String
    var email: String

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case username, email
    }
}
