import Authentication
import ControlPlaneTesting
import Foundation
import HTTPTypes
import Testing

@Suite("Origins and state")
struct OriginTests {
    @Test("without a list, only the server's own pages may call")
    func own() async throws {
        try await TestServer.run { server in
            let foreign = try await server.send(.get, "/status", headers: ["Origin": "https://evil.example.com"])
            #expect(foreign.status == 403)
            #expect(foreign.error == "Invalid origin")
            let own = "http://localhost"
            let answer = try await server.send(.get, "/status", headers: ["Origin": own])
            #expect(answer.status == 200)
            #expect(answer.headers[.accessControlAllowOrigin] == own)
            #expect(try await server.get("/status").headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test("with a list, what matches may call, and is told so")
    func listed() async throws {
        var settings = TestServer.settings
        settings.allowedOrigins = [#"^https://chaos\.example\.com$"#]
        try await TestServer.run(.sqlite, settings) { server in
            let origin = ["Origin": "https://chaos.example.com"]
            let answer = try await server.send(.get, "/status", headers: origin)
            #expect(answer.headers[.accessControlAllowOrigin] == "https://chaos.example.com")
            #expect(answer.headers[.accessControlAllowCredentials] == "true")
            let preflight = try await server.send(.options, "/login", headers: origin)
            #expect(preflight.status == 204)
            #expect(preflight.headers[.accessControlAllowMethods] == "GET,POST,PUT,DELETE,OPTIONS")
            let other = try await server.send(.get, "/status", headers: ["Origin": "https://chaos.example.com.evil"])
            #expect(other.status == 403)
            // The server's own pages, and programs, which send no origin, whatever host they ask.
            let own = try await server.send(.get, "/status", headers: ["Origin": "http://localhost"])
            #expect(own.status == 200)
            #expect(try await server.get("/status").status == 200)
        }
        settings.allowedOrigins = ["("]
        let broken = settings
        await #expect(throws: InvalidAuthenticationSettings.self) { try await TestServer.run(.sqlite, broken) { _ in } }
    }

    @Test("the server says that it is up, and what it can", arguments: Engine.allCases)
    func state(_ engine: Engine) async throws {
        try await TestServer.run(engine) { server in
            #expect(try await server.get("/status").object["status"] as? String == "up")
            let ready = try await server.get("/readiness")
            #expect(ready.object["database"] as? String == "up")
            #expect(ready.object["collections"] as? String == "up")
            let dex = try await server.get("/capabilities").object["dex"] as? [String: Any]
            #expect(dex?["enabled"] as? Bool == false)
            #expect(try await server.get("/dex/login").status == 404)
        }
    }
}
