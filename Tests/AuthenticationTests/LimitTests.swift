import ControlPlaneTesting
import Foundation
import HTTPTypes
import Testing

@testable import Authentication

@Suite("Limits of logging in")
struct LimitTests {
    @Test("a user with too many failures is locked out for a while, and let in afterwards")
    func user() async throws {
        try await TestServer.run { server in
            let admin = try await server.admin()
            _ = try await server.user("alice", by: admin)
            for _ in 0..<8 { #expect(try await server.login("alice", "wrong").status == 401) }
            let locked = try await server.login("alice", "Changed@1")
            #expect(locked.status == 429)
            #expect(locked.headers[.retryAfter] == "15")
            #expect(locked.error == "too_many_attempts")
            // Others are not concerned.
            #expect(try await server.login("admin", TestServer.adminPassword).status == 200)
            server.clock.advance(by: 15)
            #expect(try await server.login("alice", "wrong").status == 401)
            #expect(try await server.login("alice", "Changed@1").headers[.retryAfter] == "30")
            server.clock.advance(by: 30)
            #expect(try await server.login("alice", "Changed@1").status == 200)
            #expect(try await server.login("alice", "wrong").status == 401)
            #expect(try await server.login("alice", "Changed@1").status == 200)
        }
    }

    @Test("an address that tries many users is locked out")
    func address() async throws {
        try await TestServer.run { server in
            for index in 0..<40 {
                let answer = try await server.login("user\(index)", "wrong")
                #expect(answer.status == 401)
            }
            #expect(try await server.login("admin", "litmus").status == 429)
            server.clock.advance(by: 15)
            #expect(try await server.login("admin", "litmus").status == 200)
        }
    }

    @Test("guesses at once count as much as one after another")
    func atOnce() async throws {
        try await TestServer.run { server in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<30 { group.addTask { try await server.login("admin", "wrong").status } }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses[401, default: 0] <= 8)
            #expect(statuses[401, default: 0] + statuses[429, default: 0] == 30)
        }
    }

    @Test("the old password cannot be guessed either")
    func oldPassword() async throws {
        try await TestServer.run { server in
            let admin = try await server.admin()
            let body = ["oldPassword": "wrong", "newPassword": "Litmus@7"]
            for _ in 0..<8 {
                #expect(try await server.post("/update/password", body, token: admin.token).status == 401)
            }
            #expect(try await server.post("/update/password", body, token: admin.token).status == 429)
        }
    }

    @Test("behind a proxy, the address is the one that the proxy names last")
    func proxy() async throws {
        var settings = TestServer.settings
        settings.trustsForwardedFor = true
        try await TestServer.run(.sqlite, settings) { server in
            func attempt(_ user: String, _ forwarded: String) async throws -> Int {
                try await server.send(
                    .post, "/login", ["username": user, "password": "wrong"], headers: ["X-Forwarded-For": forwarded]
                ).status
            }
            for index in 0..<40 {
                let status = try await attempt("user\(index)", "10.0.0.\(index), 192.0.2.1")
                #expect(status == 401)
            }
            #expect(try await attempt("other", "10.9.9.9, 192.0.2.1") == 429)
            #expect(try await attempt("other", "192.0.2.2") == 401)
        }
    }

    @Test("failures are forgotten, and what is remembered is bounded")
    func memory() throws {
        var limits = LoginLimits()
        limits.capacity = 100
        let limiter = LoginLimiter(limits)
        let start = Date(timeIntervalSince1970: 0)
        for index in 0..<10_000 { try limiter.begin(user: "u\(index)", address: nil, at: start) }
        #expect(limiter.count <= 101)
        for _ in 0..<8 { try limiter.begin(user: "a", address: nil, at: start) }
        #expect(throws: AuthenticationError.tooManyAttempts(retryAfter: 15)) {
            try limiter.begin(user: "a", address: nil, at: start)
        }
        try limiter.begin(user: "a", address: nil, at: start.addingTimeInterval(2000))
        try limiter.begin(user: "a", address: nil, at: start.addingTimeInterval(2000))
    }
}
