import Authentication
import ControlPlaneTesting
import DocumentStore
import Foundation
import HTTPTypes
import JWTKit
import Testing

@Suite("Logging in")
struct LoginTests {
    @Test("the first administrator changes the password first, and has a project then", arguments: Engine.allCases)
    func firstLogin(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let login = try await server.login("admin", "litmus")
            #expect(login.status == 200)
            #expect(login.object["projectID"] as? String == "")
            #expect(login.object["projectRole"] as? String == "Owner")
            #expect(login.object["expiresIn"] as? Int == 86_400)
            #expect(login.object["type"] as? String == "Bearer")
            let token = try login.text("accessToken")

            let refused = try await server.post("/create_project", ["projectName": "p"], token: token)
            #expect(refused.status == 403)
            #expect(refused.error == "default password not updated")

            let weak = try await server.post(
                "/update/password", ["oldPassword": "litmus", "newPassword": "litmus2"], token: token)
            #expect(weak.status == 401)
            #expect(weak.error == "password_policy_violation")
            let wrong = try await server.post(
                "/update/password", ["oldPassword": "nope", "newPassword": "Litmus@1"], token: token)
            #expect(wrong.status == 401)
            #expect(wrong.error == "invalid_credentials")

            let changed = try await server.post(
                "/update/password", ["oldPassword": "litmus", "newPassword": "Litmus@1"], token: token)
            #expect(changed.status == 200)
            let project = try changed.text("projectID")
            #expect(!project.isEmpty)
            // The portal goes on with the token that it has.
            let shown = try await server.get("/get_project/\(project)", token: token)
            #expect(shown.data["name"] as? String == "admin-project")
            #expect(try await server.login("admin", "litmus").status == 401)
            #expect(try await server.login("admin", "Litmus@1").object["projectID"] as? String == project)
            let same = try await server.post(
                "/update/password", ["oldPassword": "Litmus@1", "newPassword": "Litmus@1"], token: token)
            #expect(same.status == 400)
            #expect(same.error == "old and new passwords can't be same")
        }
    }

    @Test("a given first password need not be changed, and a restart keeps it")
    func givenPassword() async throws {
        var settings = TestServer.settings
        settings.firstUser = .init(username: "root", password: "from a file")
        try await TestServer.run(.sqlite, settings) { server in
            #expect(try await !server.login("root", "from a file").text("projectID").isEmpty)
            var other = TestServer.settings
            other.firstUser = .init(username: "other", password: "Litmus@1")
            _ = try await AuthenticationServer.open(server.database, settings: other)
            #expect(try await server.login("other", "Litmus@1").status == 401)
            #expect(try await server.login("root", "from a file").status == 200)
        }
    }

    @Test("unknown users, wrong passwords and deactivated users are answered alike", arguments: Engine.allCases)
    func refusals(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let user = try await server.user("alice", by: admin)
            let state = try await server.post(
                "/update/state", ["username": "alice", "isDeactivate": true], token: admin.token)
            #expect(state.status == 200)
            let answers = [
                try await server.login("alice", "Changed@1"), try await server.login("nobody", "Changed@1"),
                try await server.login("admin", "Changed@1"),
            ]
            for answer in answers {
                #expect(answer.status == 401)
                #expect(answer.error == "invalid_credentials")
                #expect(answer.text == answers[0].text)
            }
            // Tokens from before are invalid at once, and stay so.
            #expect(try await server.get("/get_user/\(user.id)", token: user.token).status == 401)
            let again = try await server.post(
                "/update/state", ["username": "alice", "isDeactivate": true], token: admin.token)
            #expect(again.status == 400)
            #expect(again.error == "user already deactivated")
            _ = try await server.post(
                "/update/state", ["username": "alice", "isDeactivate": false], token: admin.token)
            #expect(try await server.get("/get_user/\(user.id)", token: user.token).status == 401)
            #expect(try await server.login("alice", "Changed@1").status == 200)
            let self_ = try await server.post(
                "/update/state", ["username": "admin", "isDeactivate": true], token: admin.token)
            #expect(self_.status == 400)
            #expect(self_.error == "cannot remove admin")
        }
    }

    @Test(
        "requests that are none are refused",
        arguments: [
            "", "{", "[]", "{\"username\":\"admin\"}", "{\"username\":\"\",\"password\":\"litmus\"}",
            "{\"username\":1,\"password\":\"litmus\"}",
            "{\"username\":\"admin\",\"password\":\"litmus\",\"extra\":1}",
        ])
    func badBodies(_ body: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/login", body)
            #expect(answer.status == 400)
            #expect(answer.error == "invalid_request")
            #expect(answer.object["errorDescription"] is String)
        }
    }

    @Test("a body that is too large is refused")
    func largeBody() async throws {
        try await TestServer.run { server in
            let text = String(repeating: "x", count: 100_000)
            let answer = try await server.login("admin", text)
            #expect(answer.status == 400)
            #expect(try await server.login("admin", String(repeating: "x", count: 2000)).status == 401)
        }
    }

    @Test("tokens say what upstream's say", arguments: Engine.allCases)
    func claims(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let parts = admin.token.split(separator: ".").map(String.init)
            let header = try Self.json(parts[0])
            let payload = try Self.json(parts[1])
            #expect(header["alg"] as? String == "HS512")
            #expect(payload["uid"] as? String == admin.id)
            #expect(payload["role"] as? String == "admin")
            #expect(payload["username"] as? String == "admin")
            #expect(payload["exp"] as? Int == Int(server.clock.now.timeIntervalSince1970) + 86_400)
        }
    }

    @Test("a login ends with its time, and with logging out", arguments: Engine.allCases)
    func ending(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let path = "/get_user/\(admin.id)"
            let second = try await server.person("admin", TestServer.adminPassword)
            #expect(try await server.get(path, token: admin.token).status == 200)
            let out = try await server.send(.post, "/logout", token: admin.token)
            #expect(out.status == 200)
            #expect(out.message == "successfully logged out")
            #expect(try await server.get(path, token: admin.token).error == "unauthorized")
            await #expect(throws: AuthenticationError.unauthorized) {
                try await server.authentication.identity(of: "Bearer " + admin.token)
            }
            #expect(try await server.get(path, token: second.token).status == 200)
            server.clock.advance(by: 86_400)
            #expect(try await server.get(path, token: second.token).status == 401)

            // Revocations end when the tokens would have.
            let revoked = try server.database.collection(named: "revoked-token")
            let third = try await server.person("admin", TestServer.adminPassword)
            _ = try await server.send(.post, "/logout", token: third.token)
            #expect(try await revoked.count() == 1)
            #expect(try await revoked.find().first?["token"]?.string?.contains(".") == false)
        }
    }

    @Test(
        "what is no token is refused",
        arguments: ["", "x", "Bearer", "Bearer ", "a.b.c", "..", String(repeating: "x", count: 7000)])
    func noToken(_ text: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send(.get, "/users", headers: ["Authorization": text])
            #expect(answer.status == 401)
            #expect(answer.error == "unauthorized")
            #expect(try await server.get("/users").status == 401)
            #expect(try await server.send(.post, "/logout").status == 401)
        }
    }

    @Test("a token that someone else signed, or nobody, is refused")
    func forged() async throws {
        try await TestServer.run { server in
            let admin = try await server.admin()
            let payload = admin.token.split(separator: ".")[1]
            let none = Data(#"{"alg":"none","typ":"JWT"}"#.utf8).base64EncodedString().replacing("=", with: "")
            #expect(try await server.get("/users", token: "\(none).\(payload).").status == 401)
            let keys = await JWTKeyCollection().add(
                hmac: HMACKey(from: String(repeating: "guessed", count: 10)), digestAlgorithm: .sha512)
            struct Claims: JWTPayload {
                var uid: String
                var role = "admin"
                var username = "admin"
                var exp = 4_000_000_000
                var gen = 1
                func verify(using algorithm: some JWTAlgorithm) {}
            }
            let forged = try await keys.sign(Claims(uid: admin.id))
            #expect(try await server.get("/users", token: forged).status == 401)
            #expect(try await server.get("/users", token: admin.token).status == 200)
        }
    }

    @Test("a changed password ends the other logins", arguments: Engine.allCases)
    func passwordEndsLogins(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            let admin = try await server.admin()
            let user = try await server.user("alice", by: admin)
            let other = try await server.person("alice", "Changed@1")
            let path = "/get_user/\(user.id)"
            _ = try await server.post(
                "/update/password", ["oldPassword": "Changed@1", "newPassword": "Changed@2"], token: user.token)
            #expect(try await server.get(path, token: user.token).status == 200)
            #expect(try await server.get(path, token: other.token).status == 401)

            let reset = try await server.post(
                "/reset/password", ["username": "alice", "newPassword": "Changed@3"], token: admin.token)
            #expect(reset.message == "password has been reset successfully")
            #expect(try await server.get(path, token: user.token).status == 401)
            let login = try await server.login("alice", "Changed@3")
            #expect(login.object["projectID"] as? String == "")
            let identity = try await server.authentication.identity(of: try login.text("accessToken"))
            #expect(identity.mustChangePassword)
        }
    }

    private static func json(_ part: String) throws -> [String: Any] {
        let text = part.replacing("-", with: "+").replacing("_", with: "/")
        let data = try #require(Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
