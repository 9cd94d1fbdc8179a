import Foundation
import JWTKit

/// What is read of an identity token (OpenID Connect Core 1.0 section 2).
struct IdentityClaims: JWTPayload {
    var iss: String
    var sub: String
    var aud: Audience
    var exp: Double
    var iat: Double?
    var nbf: Double?
    var azp: String?
    var nonce: String?
    var email: String?
    var email_verified: Flag?
    var name: String?
    var preferred_username: String?

    /// One text or several.
    struct Audience: Codable, Sendable {
        var values: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            values = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(values)
        }
    }

    /// Some providers write it as text.
    struct Flag: Codable, Sendable {
        var value: Bool

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            value = try (try? container.decode(Bool.self)) ?? (container.decode(String.self) == "true")
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }

    // Against a clock that tests can set, and with what the login knows: see `OpenIDLogin`.
    func verify(using algorithm: some JWTAlgorithm) {}
}

/// What a provider says of a user.
struct OpenIDProfile: Sendable, Hashable {
    var email: String?
    /// Nil where it says nothing.
    var emailVerified: Bool?
    var name: String?
    var preferredUsername: String?

    /// The e-mail address, as upstream takes it; else the name that the user has there.
    var username: String? { email ?? preferredUsername }
}
