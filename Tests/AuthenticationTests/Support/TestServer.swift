import Authentication
import DocumentStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// What the essential flows run on.
enum Engine: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, mongoDB

    var testDescription: String { rawValue }

    var url: DatabaseURL {
        get async throws {
            guard self == .mongoDB else { return .memory }
            let name = "t\(UInt64.random(in: 0...UInt64.max))"
            let port = try await PythonServer.mongoDB.port
            return try DatabaseURL("mongodb://127.0.0.1:\(port)/\(name)?directConnection=true")
        }
    }
}

struct TestContext: RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?

    init(source: Source) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}

/// An authentication server that answers HTTP on the loopback interface, as clients meet it.
struct TestServer: Sendable {
    let clock: TestClock
    let database: DocumentDatabase
    let authentication: AuthenticationServer
    let client: any TestClientProtocol

    static var settings: AuthenticationSettings {
        var settings = AuthenticationSettings()
        settings.passwordHashing = ScryptParameters(logN: 4, blockSize: 8, parallelism: 1)
        return settings
    }

    /// - Parameter prepare: puts things into the database before the server opens it.
    static func run(
        _ engine: Engine = .sqlite, _ settings: AuthenticationSettings = TestServer.settings,
        clock: TestClock = TestClock(),
        prepare: (DocumentDatabase) async throws -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let database = try await DocumentDatabase.open(try await engine.url)
        let result: Result<Void, any Error>
        do {
            try await prepare(database)
            let server = try await AuthenticationServer.open(database, settings: settings, now: { clock.now })
            let router = Router(context: TestContext.self)
            AuthenticationRoutes(server).mount(on: router)
            let application = Application(router: router)
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
    /// - Parameter path: behind `/auth`.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: Any? = nil, token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields = HTTPFields()
        if let token { fields[.authorization] = "Bearer \(token)" }
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        var buffer: ByteBuffer?
        if let text = body as? String {
            buffer = ByteBuffer(string: text)
        } else if let body {
            buffer = ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: body))
        }
        let response = try await client.execute(uri: "/auth" + path, method: method, headers: fields, body: buffer)
        return Answer(status: response.status.code, headers: response.headers, text: String(buffer: response.body))
    }

    func get(_ path: String, token: String? = nil) async throws -> Answer { try await send(.get, path, token: token) }

    func post(_ path: String, _ body: Any, token: String? = nil) async throws -> Answer {
        try await send(.post, path, body, token: token)
    }

    // MARK: Users

    static let adminPassword = "Litmus@1"

    func login(_ username: String, _ password: String) async throws -> Answer {
        try await post("/login", ["username": username, "password": password])
    }

    /// A token of the administrator, who has changed the initial password.
    func admin() async throws -> Person {
        let first = try await login("admin", "litmus")
        let token = try first.text("accessToken")
        let changed = try await post(
            "/update/password", ["oldPassword": "litmus", "newPassword": Self.adminPassword], token: token)
        #expect(changed.status == 200)
        return try await person("admin", Self.adminPassword)
    }

    /// A new user who has changed the initial password.
    func user(_ name: String, by admin: Person) async throws -> Person {
        let made = try await post(
            "/create_user",
            ["username": name, "password": "Initial@1", "role": "user", "email": "\(name)@example.com"],
            token: admin.token)
        #expect(made.status == 200, "\(made.text)")
        let token = try await login(name, "Initial@1").text("accessToken")
        let changed = try await post(
            "/update/password", ["oldPassword": "Initial@1", "newPassword": "Changed@1"], token: token)
        #expect(changed.status == 200, "\(changed.text)")
        return try await person(name, "Changed@1")
    }

    func person(_ name: String, _ password: String) async throws -> Person {
        let answer = try await login(name, password)
        let token = try answer.text("accessToken")
        let identity = try await authentication.identity(of: token)
        return Person(
            id: identity.userID, name: name, token: token, projectID: try answer.text("projectID"))
    }

    /// Makes someone a member of a project.
    func join(_ person: Person, _ projectID: String, as role: String, by owner: Person) async throws {
        let invited = try await post(
            "/send_invitation", ["projectID": projectID, "userID": person.id, "role": role], token: owner.token)
        #expect(invited.status == 200, "\(invited.text)")
        let accepted = try await post(
            "/accept_invitation", ["projectID": projectID, "userID": person.id], token: person.token)
        #expect(accepted.status == 200, "\(accepted.text)")
    }
}

/// A user who is logged in.
struct Person: Sendable {
    var id: String
    var name: String
    var token: String
    var projectID: String
}

/// A response, with its JSON.
struct Answer: Sendable {
    var status: Int
    var headers: HTTPFields
    var text: String

    private var json: Any? { try? JSONSerialization.jsonObject(with: Data(text.utf8)) }
    var object: [String: Any] { json as? [String: Any] ?? [:] }
    var array: [[String: Any]] { json as? [[String: Any]] ?? [] }
    /// What is under `data`.
    var data: [String: Any] { object["data"] as? [String: Any] ?? [:] }
    var dataArray: [[String: Any]] { object["data"] as? [[String: Any]] ?? [] }
    var error: String? { object["error"] as? String }
    var message: String? { object["message"] as? String }

    /// A field that must be there.
    func text(_ name: String) throws -> String { try #require(object[name] as? String, "\(status) \(self.text)") }
}
