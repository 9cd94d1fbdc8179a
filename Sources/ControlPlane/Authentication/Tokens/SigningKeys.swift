import Crypto
import DocumentStore
import Foundation
import JWTKit

/// The secrets that sign tokens, kept in the database: one that signs, and older ones that still verify.
actor SigningKeys {
    struct Key: Sendable {
        let id: String
        let secret: String
        /// Since when it signs no more.
        let retiredAt: Date?
        fileprivate let keys: JWTKeyCollection

        func sign(_ claims: LoginClaims) async throws -> String {
            try await keys.sign(claims, kid: JWKIdentifier(string: id))
        }

        func verify(_ token: String) async throws -> LoginClaims { try await keys.verify(token, as: LoginClaims.self) }
    }

    /// Fewer bytes could be guessed from one token.
    static let shortestSecret = 32

    private let secrets: DocumentCollection<SecretRecord>
    private let lifetime: TimeInterval
    private let loginLifetime: TimeInterval
    private let now: @Sendable () -> Date
    private var keys: [Key] = []
    private var readAt: Date?

    init(
        _ secrets: DocumentCollection<SecretRecord>, lifetime: Duration, loginLifetime: Duration,
        now: @escaping @Sendable () -> Date
    ) {
        self.secrets = secrets
        self.lifetime = lifetime.timeInterval
        self.loginLifetime = loginLifetime.timeInterval
        self.now = now
    }

    /// The key to sign with; a new one when the present one has had its time.
    /// - Parameter apiTokens: where tokens are listed that old keys must go on verifying.
    func current(_ apiTokens: DocumentCollection<APIToken>) async throws -> Key {
        let record = try await record()
        if let createdAt = record.createdAt, now().timeIntervalSince(createdAt) > lifetime {
            try await replace(record, keepingOld: true, apiTokens)
        }
        guard let key = try await known(refreshing: false).first else { throw AuthenticationError.serverError }
        return key
    }

    /// Those that may have signed a token.
    /// - Parameter id: `kid` of the token's header; nil in imported tokens, which any key may have signed.
    func candidates(_ id: String?) async throws -> [Key] {
        let all = try await known(refreshing: false)
        guard let id else { return all }
        let found = all.filter { $0.id == id }
        guard found.isEmpty else { return found }
        // Another process may have made a new one a moment ago.
        return try await known(refreshing: true).filter { $0.id == id }
    }

    /// Signs with a new secret from now on.
    /// - Parameter keepingOld: whether tokens so far stay valid until they expire; otherwise everyone must log in again.
    func rotate(keepingOld: Bool, _ apiTokens: DocumentCollection<APIToken>) async throws {
        try await replace(try await record(), keepingOld: keepingOld, apiTokens)
    }

    private func known(refreshing: Bool) async throws -> [Key] {
        // Often enough to hear of another process's rotation; not for every token with an invented `kid`.
        let limit: TimeInterval = refreshing ? 1 : 30
        if let readAt, now().timeIntervalSince(readAt) < limit, !keys.isEmpty { return keys }
        await adopt(try await record())
        return keys
    }

    private func adopt(_ record: SecretRecord) async {
        var read = [await Self.key(id: record.keyID ?? "0", secret: record.value, retiredAt: nil)]
        for old in record.previous ?? [] {
            read.append(await Self.key(id: old.keyID, secret: old.value, retiredAt: old.retiredAt))
        }
        keys = read
        readAt = now()
    }

    private static func key(id: String, secret: String, retiredAt: Date?) async -> Key {
        // Imported secrets have 60 bytes, and jwt-kit insists on 64. HMAC fills keys up with zeros itself (RFC 2104), so
        // that these change nothing.
        let bytes = Array(secret.utf8)
        let padded = bytes + [UInt8](repeating: 0, count: max(64 - bytes.count, 0))
        let keys = await JWTKeyCollection().add(hmac: HMACKey(from: padded), digestAlgorithm: .sha512)
        return Key(id: id, secret: secret, retiredAt: retiredAt, keys: keys)
    }

    private func record() async throws -> SecretRecord {
        if let stored = try await secrets.first(.eq("key", SecretRecord.key)) {
            guard stored.value.utf8.count < Self.shortestSecret else { return stored }
            // litmus #5319: secrets of six bytes, with which anyone can forge tokens.
            return try await replace(stored, keepingOld: false, nil)
        }
        let made = SecretRecord(
            key: SecretRecord.key, value: Self.newSecret(), keyID: Self.newID(), createdAt: now(), previous: nil)
        // Another process may be first.
        _ = try await secrets.insertUnlessTaken(made)
        guard let stored = try await secrets.first(.eq("key", SecretRecord.key)) else {
            throw AuthenticationError.serverError
        }
        return stored
    }

    @discardableResult
    private func replace(
        _ old: SecretRecord, keepingOld: Bool, _ apiTokens: DocumentCollection<APIToken>?
    ) async throws -> SecretRecord {
        var previous: [SecretRecord.Retired] = []
        if keepingOld {
            for retired in old.previous ?? [] {
                if try await isNeeded(retired, apiTokens) { previous.append(retired) }
            }
            previous.insert(.init(value: old.value, keyID: old.keyID ?? "0", retiredAt: now()), at: 0)
        }
        // Only in the place of what was read, so that of two processes one is first and no secret in use is lost.
        let update = try Update().set("value", Self.newSecret()).set("key_id", Self.newID()).set("created_at", now())
            .set("previous", encoding: previous)
        try await secrets.update(.eq("key", SecretRecord.key) && .eq("value", old.value), update)
        guard let stored = try await secrets.first(.eq("key", SecretRecord.key)) else {
            throw AuthenticationError.serverError
        }
        await adopt(stored)
        return stored
    }

    /// Whether a token may be around that the key signed.
    private func isNeeded(
        _ retired: SecretRecord.Retired, _ apiTokens: DocumentCollection<APIToken>?
    ) async throws -> Bool {
        if now().timeIntervalSince(retired.retiredAt) <= loginLifetime { return true }
        guard let apiTokens else { return false }
        let seconds = Int64(now().timeIntervalSince1970)
        let filter: Filter = retired.keyID == "0" ? .eq("key_id", DocumentValue.null) : .eq("key_id", retired.keyID)
        return try await apiTokens.first(filter && .gt("expires_at", seconds)) != nil
    }

    private static func newSecret() -> String {
        SymmetricKey(size: .init(bitCount: 512)).withUnsafeBytes { Data($0).base64EncodedString() }
    }

    private static func newID() -> String { String(UUID().uuidString.lowercased().prefix(8)) }
}
