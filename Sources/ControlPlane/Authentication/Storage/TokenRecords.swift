import Foundation

/// A token that is not to be accepted although it has not expired.
struct RevokedToken: Codable, Sendable {
    /// Its SHA-256.
    var token: String
    var expiresAt: Date
    var createdAt: Int64

    enum CodingKeys: String, CodingKey {
        case token
        case expiresAt = "expires_at"
        case createdAt = "created_at"
    }
}

/// A token that a user made for programs. The token itself is not stored.
struct APIToken: Codable, Sendable {
    var id: String
    var userID: String
    var name: String
    /// SHA-256 of the token.
    var tokenHash: String
    /// The key that signed it; nil for imported ones.
    var keyID: String?
    /// Seconds since 1970.
    var expiresAt: Int64
    /// Milliseconds since 1970.
    var createdAt: Int64

    enum CodingKeys: String, CodingKey {
        case id = "_id"
        case userID = "user_id"
        case name
        case tokenHash = "token_hash"
        case keyID = "key_id"
        case expiresAt = "expires_at"
        case createdAt = "created_at"
    }
}

/// What signs tokens: the document `salt` of `auth-config`.
struct SecretRecord: Codable, Sendable {
    static let key = "salt"

    var key: String
    /// The secret that signs, as text.
    var value: String
    /// Nil for an imported one.
    var keyID: String?
    var createdAt: Date?
    var previous: [Retired]?

    /// Signs no more, but is accepted.
    struct Retired: Codable, Sendable {
        var value: String
        var keyID: String
        var retiredAt: Date

        enum CodingKeys: String, CodingKey {
            case value
            case keyID = "key_id"
            case retiredAt = "retired_at"
        }
    }

    enum CodingKeys: String, CodingKey {
        case key, value, previous
        case keyID = "key_id"
        case createdAt = "created_at"
    }
}
