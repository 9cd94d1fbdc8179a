import DocumentStore
import Foundation
import JWTKit
import Synchronization

/// Issues, verifies and revokes tokens.
struct TokenService: Sendable {
    /// A user and the token that proves it.
    struct Caller: Sendable {
        var user: User
        var tokenHash: String
        var isAPIToken: Bool
        /// Seconds since 1970.
        var expiry: Double
    }

    /// In bytes; ours have about 400.
    static let longestToken = 4096
    static let tokensOfOneUser = 100
    static let days = 1...3650

    let store: AuthenticationStore
    let keys: SigningKeys
    let loginLifetime: Duration
    let now: @Sendable () -> Date
    private let purge = Purge()
    /// By the hash of the token: programs and the web portal ask many times with one.
    private let callers: ReadCache<String, Caller>

    init(
        _ store: AuthenticationStore, keys: SigningKeys, loginLifetime: Duration, now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.keys = keys
        self.loginLifetime = loginLifetime
        self.now = now
        callers = ReadCache(store.database, of: AuthenticationStore.names, now: now)
    }

    func issueLogin(for user: User) async throws -> String {
        let expiry = now().addingTimeInterval(loginLifetime.timeInterval)
        return try await sign(user, expiry: Int64(expiry.timeIntervalSince1970), isAPIToken: false).token
    }

    private func sign(_ user: User, expiry: Int64, isAPIToken: Bool) async throws -> (token: String, keyID: String) {
        let claims = LoginClaims(
            uid: user.id, role: user.role, username: user.username, exp: expiry,
            jti: UUID().uuidString.lowercased(), gen: user.tokenGeneration ?? 0, api: isAPIToken ? true : nil)
        let key = try await keys.current(store.apiTokens)
        return (try await key.sign(claims), key.id)
    }

    /// - Parameter header: with or without `Bearer `.
    /// - Throws: `AuthenticationError.unauthorized` for a token that is none, is expired or revoked, or whose user is
    ///   deactivated or gone.
    func verify(_ header: String?) async throws -> Caller {
        let (token, hash) = try Self.token(in: header)
        let caller = try await callers.value(hash) { try await owner(of: token, hash) }
        guard caller.expiry > now().timeIntervalSince1970 else { throw AuthenticationError.unauthorized }
        return caller
    }

    private func owner(of token: String, _ hash: String) async throws -> Caller {
        let claims = try await claims(of: token)
        guard try await store.revokedTokens.first(.eq("token", hash)) == nil,
            let user = try await store.users.get(claims.uid),
            user.isActive
        else { throw AuthenticationError.unauthorized }
        if claims.api == true || claims.gen == nil,
            try await store.apiTokens.first(.eq("token_hash", hash) && .eq("user_id", user.id)) != nil
        {
            return Caller(user: user, tokenHash: hash, isAPIToken: true, expiry: Double(claims.exp))
        }
        let isOfNow = (claims.gen ?? 0) == (user.tokenGeneration ?? 0) || user.keptToken == hash
        guard claims.api != true, isOfNow else { throw AuthenticationError.unauthorized }
        return Caller(user: user, tokenHash: hash, isAPIToken: false, expiry: Double(claims.exp))
    }

    private static func token(in header: String?) throws -> (String, hash: String) {
        guard let header, header.utf8.count <= Self.longestToken else { throw AuthenticationError.unauthorized }
        let isMarked = header.prefix(7).lowercased() == "bearer "
        let token = (isMarked ? String(header.dropFirst(7)) : header).trimmingCharacters(in: .whitespaces)
        return (token, AuthenticationStore.hash(token))
    }

    /// Checks signature and expiry.
    private func claims(of token: String) async throws -> LoginClaims {
        guard let read = try? DefaultJWTParser().parse(Array(token.utf8), as: LoginClaims.self),
            // Whatever else the header says, this is how tokens are signed.
            read.header.alg == "HS512"
        else { throw AuthenticationError.unauthorized }
        for key in try await keys.candidates(read.header.kid) {
            guard let claims = try? await key.verify(token) else { continue }
            guard Double(claims.exp) > now().timeIntervalSince1970 else { throw AuthenticationError.unauthorized }
            // A key that has been retired for longer than a login lasts has no logins left to verify.
            let isLate =
                key.retiredAt.map { now().timeIntervalSince($0) > loginLifetime.timeInterval } ?? false
            guard !isLate || claims.api == true || claims.gen == nil else { throw AuthenticationError.unauthorized }
            return claims
        }
        throw AuthenticationError.unauthorized
    }

    /// Makes a token invalid until it would have expired anyway. One that is invalid already is left alone.
    func revoke(_ header: String) async throws {
        guard let (token, hash) = try? Self.token(in: header), let claims = try? await claims(of: token) else { return }
        try await revoke(hash, until: Date(timeIntervalSince1970: Double(claims.exp)))
        try await store.apiTokens.delete(.eq("token_hash", hash))
    }

    private func revoke(_ hash: String, until expiry: Date) async throws {
        let update = Update().set("expires_at", expiry).set("created_at", now().milliseconds)
        try await store.revokedTokens.update(.eq("token", hash), update, upsert: true)
        if purge.isDue(at: now()) { try await purgeExpired() }
    }

    /// Deletes what would be refused without being listed.
    func purgeExpired() async throws {
        try await store.revokedTokens.deleteAll(.lte("expires_at", now()))
        let month = now().addingTimeInterval(-30 * 86_400)
        try await store.apiTokens.deleteAll(.lt("expires_at", Int64(month.timeIntervalSince1970)))
    }

    // MARK: Tokens for programs

    func makeAPIToken(for user: User, name: String, days: Int) async throws -> String {
        guard Self.days.contains(days) else { throw AuthenticationError.invalidRequest }
        guard try await store.apiTokens.count(.eq("user_id", user.id)) < Self.tokensOfOneUser else {
            throw AuthenticationError.refused("a user has at most \(Self.tokensOfOneUser) tokens; remove one first")
        }
        let expiry = Int64(now().timeIntervalSince1970) + Int64(days) * 86_400
        let (token, keyID) = try await sign(user, expiry: expiry, isAPIToken: true)
        try await store.apiTokens.insert(
            APIToken(
                id: UUID().uuidString.lowercased(), userID: user.id, name: name,
                tokenHash: AuthenticationStore.hash(token), keyID: keyID, expiresAt: expiry,
                createdAt: now().milliseconds))
        return token
    }

    func apiTokens(of userID: String) async throws -> [APIToken] {
        try await store.apiTokens.find(Query(.eq("user_id", userID), sort: [.ascending("created_at")]))
    }

    /// - Parameter token: the token itself, or the name for it in the list.
    /// - Throws: `AuthenticationError.invalidRequest` when the user has no such token.
    func removeAPIToken(_ token: String, of userID: String) async throws {
        let which: Filter = .id(token) || .eq("token_hash", AuthenticationStore.hash(token))
        guard let removed = try await store.apiTokens.first(.eq("user_id", userID) && which) else {
            throw AuthenticationError.invalidRequest
        }
        // Revoked first: after a crash in between it is listed, but not valid.
        try await revoke(removed.tokenHash, until: Date(timeIntervalSince1970: Double(removed.expiresAt)))
        try await store.apiTokens.delete(.id(removed.id))
    }

    func removeAPITokens(of userID: String) async throws {
        for token in try await apiTokens(of: userID) { try await removeAPIToken(token.id, of: userID) }
    }
}

/// When expired tokens were last deleted.
private final class Purge: Sendable {
    private let last = Mutex(Date.distantPast)

    /// Once a minute.
    func isDue(at now: Date) -> Bool {
        last.withLock { last in
            guard now.timeIntervalSince(last) >= 60 else { return false }
            last = now
            return true
        }
    }
}

extension Date {
    /// Since 1970.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}
