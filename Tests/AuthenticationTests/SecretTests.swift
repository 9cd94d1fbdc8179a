import Authentication
import ControlPlaneTesting
import Crypto
import DocumentStore
import Foundation
import HTTPTypes
import Testing

@Suite("The secret that signs tokens")
struct SecretTests {
    /// A token as upstream makes them.
    static func upstreamToken(secret: String, uid: String, at time: Date) async throws -> String {
        struct Claims: Encodable {
            var uid: String
            var role = "admin"
            var username = "admin"
            var exp: Int
        }
        func part(_ data: Data) -> String {
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let claims = try JSONEncoder().encode(Claims(uid: uid, exp: Int(time.timeIntervalSince1970) + 3600))
        let text = part(Data(#"{"alg":"HS512","typ":"JWT"}"#.utf8)) + "." + part(claims)
        // Not with the library that verifies it.
        let code = HMAC<SHA512>.authenticationCode(
            for: Data(text.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return text + "." + part(Data(code))
    }

    @Test("a rotation leaves logins valid until they expire, and tokens for programs", arguments: Engine.allCases)
    func rotation(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let body: [String: Any] = ["user_id": admin.id, "name": "ci", "days_until_expiration": 30]
            let program = try await server.post("/create_token", body, token: admin.token).text("accessToken")
            try await server.authentication.rotateSecret()
            #expect(try await server.get("/users", token: admin.token).status == 200)
            let new = try await server.person("admin", TestServer.adminPassword)
            #expect(try await server.get("/users", token: new.token).status == 200)
            #expect(new.token.split(separator: ".")[0] != admin.token.split(separator: ".")[0])
            server.clock.advance(by: 10 * 86_400)
            try await server.authentication.rotateSecret()
            #expect(try await server.get("/users", token: program).status == 200)
            #expect(try await server.get("/users", token: new.token).status == 401)

            let last = try await server.person("admin", TestServer.adminPassword)
            try await server.authentication.rotateSecret(endingLogins: true)
            #expect(try await server.get("/users", token: last.token).status == 401)
            #expect(try await server.get("/users", token: program).status == 401)
        }
    }

    @Test("it is rotated by itself after its time")
    func age() async throws {
        try await TestServer.run { server in
            let secrets = try server.database.collection(named: "auth-config")
            _ = try await server.admin()
            let first = try await secrets.find().first?["value"]
            server.clock.advance(by: 91 * 86_400)
            _ = try await server.person("admin", TestServer.adminPassword)
            #expect(try await secrets.find().first?["value"] != first)
        }
    }

    @Test("a second server on the database accepts the first one's tokens, and hears of revocations and rotations")
    func twoServers() async throws {
        try await TestServer.run { server in
            let clock = server.clock
            let second = try await AuthenticationServer.open(
                server.database, settings: TestServer.settings, now: { clock.now })
            let admin = try await server.admin()
            #expect(try await second.identity(of: admin.token).userID == admin.id)
            clock.advance(by: 2)
            try await server.authentication.rotateSecret()
            let new = try await server.person("admin", TestServer.adminPassword)
            #expect(try await second.identity(of: new.token).userID == admin.id)
            _ = try await server.send(.post, "/logout", token: new.token)
            await #expect(throws: AuthenticationError.unauthorized) { try await second.identity(of: new.token) }
        }
    }

    @Test("an imported database's tokens stay valid, and are not kept as they are", arguments: Engine.allCases)
    func imported(_ engine: Engine) async throws {
        let clock = TestClock()
        // Of the length that upstream's have: 32 random bytes, encoded twice.
        let secret = "QkpNbDdyT2dLY1lxV2hTbGcyNUdUZ0FyaXhBc1dIYmpKYW9QWTZYdVdoVT0="
        let login = try await Self.upstreamToken(secret: secret, uid: "b1", at: clock.now)
        let program = try await Self.upstreamToken(secret: secret, uid: "b1", at: clock.now.addingTimeInterval(60))
        let revoked = try await Self.upstreamToken(secret: secret, uid: "b1", at: clock.now.addingTimeInterval(120))
        try await TestServer.run(
            engine, clock: clock,
            prepare: { database in
                try await database.collection(named: "auth-config").insert([
                    "_id": .objectID(ObjectID()), "key": "salt", "value": .string(secret),
                ])
                try await database.collection(named: "users").insert([
                    "_id": "b1", "username": "boss", "role": "admin", "is_initial_login": false,
                    "password": "$2b$04$tpumbeATFc0gGfGvhVQbjeHhBQaRNxk6V15J31uSnf9.HykASMGWa",
                ])
                try await database.collection(named: "api-token").insert([
                    "_id": .objectID(ObjectID()), "user_id": "b1", "name": "ci", "token": .string(program),
                    "expires_at": .int(Int64(clock.now.timeIntervalSince1970) + 3660), "created_at": 1,
                ])
                let records = try database.collection(named: "revoked-token")
                for _ in 0..<2 {
                    try await records.insert([
                        "_id": .objectID(ObjectID()), "token": .string(revoked), "created_at": 1,
                        "expires_at": .int(Int64(clock.now.timeIntervalSince1970) + 3720),
                    ])
                }
            }
        ) { server in
            #expect(try await server.get("/users", token: login).status == 200)
            #expect(try await server.get("/users", token: program).status == 200)
            #expect(try await server.authentication.identity(of: program).isAPIToken)
            #expect(try await server.get("/users", token: revoked).status == 401)
            for name in ["api-token", "revoked-token"] {
                let text = try await server.database.collection(named: name).find().map(\.description).joined()
                #expect(!text.contains("eyJ"))
            }
            // Opening it once more changes nothing.
            let again = try await AuthenticationServer.open(
                server.database, settings: TestServer.settings, now: { clock.now })
            #expect(try await again.identity(of: program).isAPIToken)
        }
    }
}
