import Authentication
import DocumentStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import WebSocket

package struct TestContext: RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let remoteAddress: SocketAddress?

    package init(source: Source) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

/// An authentication server that answers HTTP on the loopback interface, as clients meet it.
package struct TestServer: Sendable {
    /// Adds routes beside those of authentication; gives the WebSockets that the server is to have.
    package typealias Extend =
        @Sendable (DocumentDatabase, AuthenticationServer, Router<TestContext>) async throws -> WebSocketUpgrade?

    package let clock: TestClock
    package let database: DocumentDatabase
    package let authentication: AuthenticationServer
    package let client: any TestClientProtocol

    /// On the loopback interface.
    package var port: Int { client.port ?? 0 }

    package static var settings: AuthenticationSettings {
        var settings = AuthenticationSettings()
        settings.passwordHashing = ScryptParameters(logN: 4, blockSize: 8, parallelism: 1)
        return settings
    }

    /// - Parameters:
    ///   - prepare: puts things into the database before the server opens it.
    ///   - extend: adds other servers.
    package static func run(
        _ engine: Engine = .sqlite, _ settings: AuthenticationSettings = TestServer.settings,
        clock: TestClock = TestClock(),
        prepare: (DocumentDatabase) async throws -> Void = { _ in },
        extend: Extend = { _, _, _ in nil },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let database = try await DocumentDatabase.open(try await engine.url)
        let result: Result<Void, any Error>
        do {
            try await prepare(database)
            let server = try await AuthenticationServer.open(database, settings: settings, now: { clock.now })
            let router = Router(context: TestContext.self)
            AuthenticationRoutes(server).mount(on: router)
            let sockets = try await extend(database, server, router)
            var quiet = Logger(label: "test")
            quiet.logLevel = .critical
            let application = Application(
                router: router, server: sockets.map { .http1WebSocket(webSocket: $0) } ?? .http1(), logger: quiet)
            try await application.test(.live) { client in
                try await body(
                    TestServer(clock: clock, database: database, authentication: server, client: client))
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        if engine == .mongoDB {
            for name in (try? await database.collectionNames()) ?? [] { try? await database.drop(name) }
        }
        await database.close()
        try result.get()
    }

    /// Sends a request.
    /// - Parameters:
    ///   - path: behind the prefix.
    ///   - body: a text as it is; anything else becomes JSON.
    package func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: Any? = nil, token: String? = nil,
        headers: [String: String] = [:], below prefix: String = "/auth"
    ) async throws -> Answer {
        var fields = HTTPFields()
        if let token { fields[.authorization] = "Bearer \(token)" }
        for (name, value) in headers {
            guard let field = HTTPField.Name(name) else { throw UnexpectedAnswer("'\(name)' names no header") }
            fields[field] = value
        }
        var buffer: ByteBuffer?
        if let text = body as? String {
            buffer = ByteBuffer(string: text)
        } else if let body {
            buffer = ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: body))
        }
        let response = try await client.execute(uri: prefix + path, method: method, headers: fields, body: buffer)
        return Answer(status: response.status.code, headers: response.headers, text: String(buffer: response.body))
    }

    package func get(_ path: String, token: String? = nil) async throws -> Answer {
        try await send(.get, path, token: token)
    }

    package func post(_ path: String, _ body: Any, token: String? = nil) async throws -> Answer {
        try await send(.post, path, body, token: token)
    }

    // MARK: Users

    package static let adminPassword = "Litmus@1"

    package func login(_ username: String, _ password: String) async throws -> Answer {
        try await post("/login", ["username": username, "password": password])
    }

    /// A token of the administrator, who has changed the initial password.
    package func admin() async throws -> Person {
        let first = try await login("admin", "litmus")
        let token = try first.text("accessToken")
        let changed = try await post(
            "/update/password", ["oldPassword": "litmus", "newPassword": Self.adminPassword], token: token)
        try changed.expect(200)
        return try await person("admin", Self.adminPassword)
    }

    /// A new user who has changed the initial password.
    package func user(_ name: String, by admin: Person) async throws -> Person {
        let made = try await post(
            "/create_user",
            ["username": name, "password": "Initial@1", "role": "user", "email": "\(name)@example.com"],
            token: admin.token)
        try made.expect(200)
        let token = try await login(name, "Initial@1").text("accessToken")
        let changed = try await post(
            "/update/password", ["oldPassword": "Initial@1", "newPassword": "Changed@1"], token: token)
        try changed.expect(200)
        return try await person(name, "Changed@1")
    }

    package func person(_ name: String, _ password: String) async throws -> Person {
        let answer = try await login(name, password)
        let token = try answer.text("accessToken")
        let identity = try await authentication.identity(of: token)
        return Person(
            id: identity.userID, name: name, token: token, projectID: try answer.text("projectID"))
    }

    /// Makes someone a member of a project.
    package func join(_ person: Person, _ projectID: String, as role: String, by owner: Person) async throws {
        let invited = try await post(
            "/send_invitation", ["projectID": projectID, "userID": person.id, "role": role], token: owner.token)
        try invited.expect(200)
        let accepted = try await post(
            "/accept_invitation", ["projectID": projectID, "userID": person.id], token: person.token)
        try accepted.expect(200)
    }
}
