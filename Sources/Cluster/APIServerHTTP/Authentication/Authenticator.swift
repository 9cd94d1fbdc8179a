import Crypto
import EmbeddedAPIServer
import KubernetesAPI
import Synchronization

/// Tells who makes a request by its bearer token: the administrator's, or a service account's.
public final class Authenticator: TokenReviewer {
    private struct Known {
        var identity: Identity
        var expiresAt: Int64
        var checkedUntil: ContinuousClock.Instant
    }

    /// How long a service account's existence is trusted without a look.
    private static let recheckAfter = Duration.seconds(2)
    private static let capacity = 4096

    private let adminDigest: SHA256Digest
    private let tokens: ServiceAccountTokens
    private let backend: any APIBackend
    private let now: @Sendable () -> Timestamp
    private let known = Mutex<[String: Known]>([:])

    init(
        adminToken: String, tokens: ServiceAccountTokens, backend: any APIBackend,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        adminDigest = SHA256.hash(data: Array(adminToken.utf8))
        self.tokens = tokens
        self.backend = backend
        self.now = now
    }

    /// - Parameter authorization: the header's value.
    /// - Returns: nil where there is no bearer token.
    /// - Throws: `Status` 401 when the token is none of ours.
    func identity(authorization: String?) async throws -> Identity? {
        guard let authorization else { return nil }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw Status.unauthorized() }
        guard let identity = await identity(token: String(parts[1])) else { throw Status.unauthorized() }
        return identity
    }

    /// nil for a token that is none of the cluster's.
    public func identity(token: String) async -> Identity? {
        // Digests compare in constant time, whatever part of the token was right.
        if SHA256.hash(data: Array(token.utf8)) == adminDigest { return .administrator }
        if let identity = remembered(token) { return identity }
        guard let claims = await tokens.verify(token, audiences: [ServiceAccountTokens.issuer]),
            let identity = await identity(of: claims)
        else {
            known.withLock { _ = $0.removeValue(forKey: token) }
            return nil
        }
        remember(token, identity, claims)
        return identity
    }

    private func remembered(_ token: String) -> Identity? {
        guard let entry = known.withLock({ $0[token] }), entry.checkedUntil > .now,
            entry.expiresAt > now().microseconds / 1_000_000
        else { return nil }
        return entry.identity
    }

    private func remember(_ token: String, _ identity: Identity, _ claims: ServiceAccountClaims) {
        let entry = Known(
            identity: identity, expiresAt: Int64(claims.exp), checkedUntil: .now + Self.recheckAfter)
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[token] = entry
        }
    }

    /// Who the claims name, if the account and the pod that the token is bound to still are the same objects.
    private func identity(of claims: ServiceAccountClaims) async -> Identity? {
        let kubernetes = claims.kubernetes
        let account = kubernetes.serviceaccount
        guard await exists(ServiceAccount.type, kubernetes.namespace, account) else { return nil }
        var identity = Identity.serviceAccount(namespace: kubernetes.namespace, name: account.name, uid: account.uid)
        identity.extra["authentication.kubernetes.io/credential-id"] = ["JTI=\(claims.jti)"]
        if let pod = kubernetes.pod {
            guard await exists(Pod.type, kubernetes.namespace, pod) else { return nil }
            identity.extra["authentication.kubernetes.io/pod-name"] = [pod.name]
            identity.extra["authentication.kubernetes.io/pod-uid"] = [pod.uid]
        }
        return identity
    }

    private func exists(_ type: ResourceType, _ namespace: String, _ bound: ServiceAccountClaims.Bound) async -> Bool {
        let object = try? await backend.get(
            type.gvr, namespace: namespace, name: bound.name, subresource: nil, as: .administrator)
        return object?.json["metadata", "uid"].string == bound.uid
    }
}
