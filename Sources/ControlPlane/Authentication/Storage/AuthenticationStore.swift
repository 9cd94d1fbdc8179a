import Crypto
import DocumentStore
import Foundation

/// The collections of the authentication server.
struct AuthenticationStore: Sendable {
    let database: DocumentDatabase
    let users: DocumentCollection<User>
    let projects: DocumentCollection<Project>
    let secrets: DocumentCollection<SecretRecord>
    let revokedTokens: DocumentCollection<RevokedToken>
    let apiTokens: DocumentCollection<APIToken>

    static let names = ["users", "project", "auth-config", "revoked-token", "api-token"]

    /// Makes the collections, and hashes the tokens of an imported database.
    init(_ database: DocumentDatabase, now: Date) async throws {
        self.database = database
        try await Self.hashImportedTokens(database, now: now)
        users = try await database.collection(
            CollectionSchema(
                "users", indexes: [.unique("username"), .unique("openid.issuer", "openid.subject")]), of: User.self)
        projects = try await database.collection(
            CollectionSchema("project", indexes: [.elements(of: "members", "user_id"), .fields("name")]),
            of: Project.self)
        secrets = try await database.collection(
            CollectionSchema("auth-config", indexes: [.unique("key")]), of: SecretRecord.self)
        revokedTokens = try await database.collection(
            CollectionSchema("revoked-token", indexes: [.fields("token"), .fields("expires_at")]),
            of: RevokedToken.self)
        apiTokens = try await database.collection(
            CollectionSchema("api-token", indexes: [.unique("token_hash"), .fields("user_id", "created_at")]),
            of: APIToken.self)
    }

    /// SHA-256, in hexadecimal.
    static func hash(_ token: String) -> String {
        SHA256.hash(data: Data(token.utf8)).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    /// Upstream stores tokens as they are, and when a revocation ends in seconds. A form that is new already is passed
    /// over, so that this may be repeated after a crash.
    private static func hashImportedTokens(_ database: DocumentDatabase, now: Date) async throws {
        let existing = try await database.collectionNames()
        if existing.contains("revoked-token") {
            let collection = try database.collection(named: "revoked-token")
            for document in try await collection.find() {
                guard let token = document["token"]?.string, token.contains(".") else { continue }
                let seconds = document["expires_at"]?.double ?? now.addingTimeInterval(86_400).timeIntervalSince1970
                try await collection.update(
                    .id(document.id),
                    Update().set("token", hash(token)).set("expires_at", Date(timeIntervalSince1970: seconds)))
            }
        }
        if existing.contains("api-token") {
            let collection = try database.collection(named: "api-token")
            for document in try await collection.find() {
                guard let token = document["token"]?.string else { continue }
                // The model has text as identity, and an `_id` cannot change.
                var changed = document
                changed["_id"] = .string(String(hash(token).prefix(32)))
                changed["token"] = nil
                changed["token_hash"] = .string(hash(token))
                // It may be there from before a crash.
                _ = try await collection.insertUnlessTaken(changed)
                try await collection.delete(.id(document.id))
            }
        }
    }
}
