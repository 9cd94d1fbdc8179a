import Authentication
import ControlPlaneTesting
import DocumentStore
import Foundation
import Testing

@Suite("Tokens for programs")
struct APITokenTests {
    @Test("made, listed, used, removed; and never stored", arguments: Engine.allCases)
    func life(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let made = try await server.post(
                "/create_token", ["user_id": admin.id, "name": "ci", "days_until_expiration": 2], token: admin.token)
            #expect(made.object["type"] as? String == "Bearer")
            let token = try made.text("accessToken")
            #expect(try await server.authentication.identity(of: token).isAPIToken)

            let stored = try await server.database.collection(named: "api-token").find().map(\.description).joined()
            #expect(!stored.contains(token))
            #expect(!stored.contains(token.split(separator: ".")[2]))
            let listed = try await server.get("/token/\(admin.id)", token: admin.token)
            #expect(!listed.text.contains(token))
            let entry = try #require((listed.object["apiTokens"] as? [[String: Any]])?.first)
            #expect(entry["name"] as? String == "ci")
            #expect(entry["user_id"] as? String == admin.id)
            #expect(entry["expires_at"] as? Int == Int(server.clock.now.timeIntervalSince1970) + 2 * 86_400)

            // A changed password is about logins.
            _ = try await server.post(
                "/update/password", ["oldPassword": TestServer.adminPassword, "newPassword": "Litmus@2"],
                token: admin.token)
            #expect(try await server.get("/users", token: token).status == 200)
            let name = try #require(entry["token"] as? String)
            let removed = try await server.post(
                "/remove_token", ["token": name, "userID": admin.id], token: admin.token)
            #expect(removed.status == 200)
            #expect(try await server.get("/users", token: token).status == 401)
        }
    }

    @Test("an expired one is refused, and one can be removed by itself")
    func expiry() async throws {
        try await TestServer.run { server in
            let admin = try await server.admin()
            var tokens: [String] = []
            for days in [1, 3] {
                let body: [String: Any] = ["user_id": admin.id, "name": "ci", "days_until_expiration": days]
                tokens.append(try await server.post("/create_token", body, token: admin.token).text("accessToken"))
            }
            server.clock.advance(by: 86_400)
            #expect(try await server.get("/users", token: tokens[0]).status == 401)
            #expect(try await server.get("/users", token: tokens[1]).status == 200)
            let removed = try await server.post("/remove_token", ["token": tokens[1]], token: tokens[1])
            #expect(removed.status == 200)
            #expect(try await server.get("/users", token: tokens[1]).status == 401)
        }
    }

    @Test("they are for their owner only, and end when a user is deactivated or the password is reset")
    func owner() async throws {
        try await TestServer.run { server in
            let admin = try await server.admin()
            let alice = try await server.user("alice", by: admin)
            let body: [String: Any] = ["user_id": alice.id, "name": "ci", "days_until_expiration": 2]
            #expect(try await server.post("/create_token", body, token: admin.token).status == 401)
            #expect(try await server.get("/token/\(alice.id)", token: admin.token).status == 401)
            let token = try await server.post("/create_token", body, token: alice.token).text("accessToken")
            let stolen = try await server.post("/remove_token", ["token": token], token: admin.token)
            #expect(stolen.status == 400)
            for isDeactivate in [true, false] {
                _ = try await server.post(
                    "/update/state", ["username": "alice", "isDeactivate": isDeactivate], token: admin.token)
                #expect(try await server.get("/token/\(alice.id)", token: token).status == 401)
            }
            for days in [0, -1, 4000] {
                let bad: [String: Any] = ["user_id": admin.id, "name": "ci", "days_until_expiration": days]
                #expect(try await server.post("/create_token", bad, token: admin.token).status == 400)
            }
        }
    }
}
