import AsyncHTTPClient
import Authentication
import ControlPlaneTesting
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing

/// Against a real issuer, as a browser goes.
@Suite("Login with OpenID Connect", .serialized)
struct OpenIDTests {
    /// What a browser remembers and does: cookies, and the form at the issuer.
    struct Browser {
        let server: TestServer
        let http: HTTPClient
        var cookie: String?

        /// - Returns: the issuer's page.
        mutating func begin() async throws -> String {
            let answer = try await server.get("/dex/login")
            #expect(answer.status == 307)
            #expect(answer.headers[.cacheControl] == "no-store")
            let header = try #require(answer.headers[.setCookie])
            #expect(header.contains("HttpOnly") && header.contains("SameSite=Lax"))
            cookie = header.split(separator: ";").first.map(String.init)
            return try #require(answer.headers[.location])
        }

        /// Logs in at the issuer.
        /// - Returns: where that sends the browser, behind `/auth`.
        func logIn(_ page: String, as subject: String) async throws -> String {
            var request = HTTPClientRequest(url: page)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            let name = subject.replacingOccurrences(of: "@", with: "%40")
            request.body = .bytes(ByteBuffer(string: "sub=\(name)"))
            let response = try await http.execute(request, timeout: .seconds(20))
            let location = try #require(response.headers.first(name: "location"), "\(response.status)")
            let parts = try #require(URLComponents(string: location))
            #expect(parts.path == "/auth/dex/callback")
            return "/dex/callback?" + (parts.percentEncodedQuery ?? "")
        }

        /// All of it.
        mutating func goThrough(as subject: String) async throws -> Answer {
            let page = try await begin()
            return try await finish(try await logIn(page, as: subject))
        }

        func finish(_ callback: String) async throws -> Answer {
            try await server.send(.get, callback, headers: cookie.map { ["Cookie": "other=1; \($0)"] } ?? [:])
        }
    }

    private static func run(
        linking: Bool = false, clock: TestClock = TestClock(),
        _ body: @escaping @Sendable (inout Browser) async throws -> Void
    ) async throws {
        // The issuer's tokens are of the real time.
        clock.advance(by: Date().timeIntervalSince(clock.now))
        var settings = TestServer.settings
        var openID = OpenIDConnectSettings(
            issuer: "http://127.0.0.1:\(try await PythonServer.issuer.port)", clientID: "litmus",
            clientSecret: "s&cret",
            callbackURL: "http://127.0.0.1/auth/dex/callback")
        openID.linksLocalUsers = linking
        settings.openIDConnect = openID
        try await TestServer.run(.sqlite, settings, clock: clock) { server in
            let http = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
            var browser = Browser(server: server, http: http)
            let result: Result<Void, any Error>
            do { result = .success(try await body(&browser)) } catch { result = .failure(error) }
            try await http.shutdown()
            try result.get()
        }
    }

    private static func issuer(_ method: HTTPMethod, _ path: String, _ body: String, _ http: HTTPClient) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(try await PythonServer.issuer.port)\(path)")
        request.method = method
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await http.execute(request, timeout: .seconds(20))
        #expect(response.status.code < 300)
    }

    @Test("a login at the issuer makes a user with a project, and finds that user again")
    func login() async throws {
        try await Self.run { browser in
            let server = browser.server
            let dex = try await server.get("/capabilities").object["dex"] as? [String: Any]
            #expect(dex?["enabled"] as? Bool == true)
            let page = try await browser.begin()
            let query = try #require(URLComponents(string: page)?.queryItems)
            #expect(query.first { $0.name == "code_challenge_method" }?.value == "S256")
            let subject = "alice-\(UInt32.random(in: 0 ... .max))@example.com"
            try await Self.issuer(.PUT, "/users/\(subject)", #"{"email":"\#(subject)","name":"Alice"}"#, browser.http)
            let callback = try await browser.logIn(page, as: subject)
            let done = try await browser.finish(callback)
            #expect(done.status == 308)
            #expect(done.headers[.cacheControl] == "no-store")
            let location = try #require(URLComponents(string: done.headers[.location] ?? ""))
            #expect(location.path == "/login")
            let items = Dictionary(uniqueKeysWithValues: (location.queryItems ?? []).map { ($0.name, $0.value ?? "") })
            #expect(items["projectRole"] == "Owner")
            let identity = try await server.authentication.identity(of: try #require(items["jwtToken"]))
            #expect(identity.username == subject)
            #expect(identity.name == "Alice")
            #expect(identity.role == .user)
            #expect(!identity.mustChangePassword)
            let project = try #require(items["projectID"])
            #expect(try await server.authentication.role(of: identity.userID, in: project) == .owner)

            // The same answer does not count twice: the issuer's code is used up.
            #expect(try await browser.finish(callback).status == 401)

            let second = try await browser.goThrough(as: subject)
            #expect(second.status == 308)
            #expect(second.headers[.location]?.contains(project) == true)
            // There is no password to log in with.
            #expect(try await server.login(subject, "").status == 400)
            #expect(try await server.login(subject, "x").status == 401)
        }
    }

    @Test("the issuer's new key is accepted")
    func rotation() async throws {
        let clock = TestClock()
        try await Self.run(clock: clock) { browser in
            let subject = "bob-\(UInt32.random(in: 0 ... .max))@example.com"
            let first = try await browser.goThrough(as: subject)
            #expect(first.status == 308)
            try await Self.issuer(.POST, "/test/rotate", "{}", browser.http)
            // Later than keys are taken for new.
            clock.advance(by: 6)
            let second = try await browser.goThrough(as: subject)
            #expect(second.status == 308, "\(second.text)")
        }
    }

    @Test("an answer counts only with its state, in its browser, in its time")
    func stolen() async throws {
        let clock = TestClock()
        try await Self.run(clock: clock) { browser in
            let subject = "carol-\(UInt32.random(in: 0 ... .max))@example.com"
            let callback = try await browser.logIn(try await browser.begin(), as: subject)
            let wrong = callback.replacingOccurrences(of: "state=", with: "state=x")
            #expect(try await browser.finish(wrong).status == 401)
            var other = browser
            other.cookie = nil
            #expect(try await other.finish(callback).status == 401)
            other.cookie = "litmus_openid_login=bm90aGluZw"
            #expect(try await other.finish(callback).status == 401)
            // Someone else's login in this browser: the cookie is of another state.
            _ = try await other.begin()
            #expect(try await other.finish(callback).status == 401)
            clock.advance(by: 301)
            #expect(try await browser.finish(callback).status == 401)
        }
    }

    @Test("who says no at the issuer is not logged in")
    func denied() async throws {
        try await Self.run { browser in
            let page = try await browser.begin()
            let state = try #require(URLComponents(string: page)?.queryItems?.first { $0.name == "state" }?.value)
            let answer = try await browser.finish("/dex/callback?error=access_denied&state=\(state)")
            #expect(answer.status == 401)
            #expect(answer.text.contains("access_denied"))
        }
    }

    @Test("a local user is not taken over by an address of the same name, but where that is wanted and verified")
    func linking() async throws {
        for (isWanted, verified) in [(false, "true"), (true, "false"), (true, "true")] {
            try await Self.run(linking: isWanted) { browser in
                let server = browser.server
                let admin = try await server.admin()
                let subject = "local-\(UInt32.random(in: 0 ... .max))@example.com"
                let made = try await server.post(
                    "/create_user", ["username": subject, "password": "Initial@1", "role": "user"], token: admin.token)
                #expect(made.status == 200)
                try await Self.issuer(
                    .PUT, "/users/\(subject)", #"{"email":"\#(subject)","email_verified":\#(verified)}"#, browser.http)
                let done = try await browser.goThrough(as: subject)
                #expect(done.status == (isWanted && verified == "true" ? 308 : 401), "\(done.text)")
            }
        }
    }

    @Test("a deactivated user stays out")
    func deactivated() async throws {
        try await Self.run { browser in
            let server = browser.server
            let admin = try await server.admin()
            let subject = "dave-\(UInt32.random(in: 0 ... .max))@example.com"
            let first = try await browser.goThrough(as: subject)
            #expect(first.status == 308)
            _ = try await server.post(
                "/update/state", ["username": subject, "isDeactivate": true], token: admin.token)
            let second = try await browser.goThrough(as: subject)
            #expect(second.status == 401)
        }
    }
}
