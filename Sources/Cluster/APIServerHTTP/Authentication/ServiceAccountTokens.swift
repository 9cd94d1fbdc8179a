import Crypto
import EmbeddedAPIServer
import JWTKit
import KubernetesAPI

/// Issues and checks the tokens of service accounts: JWTs signed with ES256.
public struct ServiceAccountTokens: TokenIssuer {
    /// `iss` of the tokens, and the audience of those that the API server takes.
    public static let issuer = "https://kubernetes.default.svc"

    private let key: ES256PrivateKey
    private let keyID: JWKIdentifier
    private let now: @Sendable () -> Timestamp

    /// - Parameter signingKeyPEM: a P-256 private key.
    /// - Throws: `CredentialsError.unreadable`.
    public init(signingKeyPEM: String, now: @escaping @Sendable () -> Timestamp = { .now }) throws {
        do {
            key = try ES256PrivateKey(pem: signingKeyPEM)
        } catch {
            throw CredentialsError.unreadable(part: "service account key", reason: "\(error)")
        }
        let digest = SHA256.hash(data: Array(key.publicKey.pemRepresentation.utf8))
        keyID = JWKIdentifier(
            string: digest.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
        self.now = now
    }

    private func keys() async -> JWTKeyCollection { await JWTKeyCollection().add(ecdsa: key, kid: keyID) }

    /// - Parameters:
    ///   - uid: of the service account; a token of a deleted account of that name is worth nothing.
    ///   - audiences: empty means the API server.
    ///   - expirationSeconds: how long the token lives.
    ///   - boundPod: the pod with whose end the token ends.
    public func issue(
        namespace: String, name: String, uid: String, audiences: [String], expirationSeconds: Int,
        boundPod: (name: String, uid: String)?
    ) async throws -> (token: String, expiration: Timestamp) {
        let start = Int(now().microseconds / 1_000_000)
        let claims = ServiceAccountClaims(
            iss: Self.issuer, sub: "system:serviceaccount:\(namespace):\(name)",
            aud: .init(audiences.isEmpty ? [Self.issuer] : audiences), exp: start + expirationSeconds, iat: start,
            nbf: start, jti: RandomToken.hexadecimal(bits: 128),
            kubernetes: .init(
                namespace: namespace, serviceaccount: .init(name: name, uid: uid),
                pod: boundPod.map { .init(name: $0.name, uid: $0.uid) }))
        let expiration = Timestamp(microseconds: Int64(claims.exp) * 1_000_000)
        return (try await keys().sign(claims, kid: keyID), expiration)
    }

    /// The claims of a token that is signed, in time and meant for one of `audiences`; nil for any other text.
    func verify(_ token: String, audiences: [String]) async -> ServiceAccountClaims? {
        guard let claims = try? await keys().verify(token, as: ServiceAccountClaims.self) else { return nil }
        let seconds = Int(now().microseconds / 1_000_000)
        guard claims.iss == Self.issuer, claims.exp > seconds, claims.nbf <= seconds,
            claims.aud.values.contains(where: audiences.contains)
        else { return nil }
        return claims
    }
}
