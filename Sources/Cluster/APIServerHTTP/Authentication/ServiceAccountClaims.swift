import JWTKit

/// The claims of a service account token, as Kubernetes writes them.
struct ServiceAccountClaims: JWTPayload {
    /// One string or a list of them (RFC 7519, section 4.1.3).
    struct Audience: Codable, Sendable {
        var values: [String]

        init(_ values: [String]) { self.values = values }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let one = try? container.decode(String.self) {
                values = [one]
            } else {
                values = try container.decode([String].self)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(values)
        }
    }

    struct Bound: Codable, Sendable {
        var name: String
        var uid: String
    }

    struct Kubernetes: Codable, Sendable {
        var namespace: String
        var serviceaccount: Bound
        var pod: Bound?
    }

    var iss: String
    var sub: String
    var aud: Audience
    /// Seconds since 1970.
    var exp: Int
    var iat: Int
    var nbf: Int
    var jti: String
    var kubernetes: Kubernetes

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, exp, iat, nbf, jti
        case kubernetes = "kubernetes.io"
    }

    /// Times, issuer and audience are judged by `ServiceAccountTokens`, which knows what they must be.
    func verify(using algorithm: some JWTAlgorithm) async throws {}
}
