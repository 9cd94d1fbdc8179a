import Authentication
import ControlPlaneTesting
import DocumentStore
import Foundation
import GraphQL
import HTTPTypes

@testable import ChaosCenter

/// A Chaos Center that answers HTTP on the loopback interface, with one project and a member of each role.
struct CenterServer: Sendable {
    let server: TestServer
    let center: ChaosCenter
    let log: RecordedLog
    /// `/auth` and the project's first owner.
    let owner: Person
    let executor: Person
    let viewer: Person
    /// A member of another project only.
    let stranger: Person

    var projectID: String { owner.projectID }
    var clock: TestClock { server.clock }
    var url: String { "http://127.0.0.1:\(server.port)/api/query" }

    /// - Parameter settings: changes the settings, such as the data directory, which is gone at the end.
    static func run(
        _ engine: Engine = .sqlite, _ configure: @Sendable (inout ChaosCenterSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (CenterServer) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "/litmus-center-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = ChaosCenterSettings(dataDirectory: folder, image: "localhost/litmus:test")
        configure(&settings)
        let chosen = settings
        let clock = TestClock()
        let log = RecordedLog()
        // The one that the routes belong to is made before the body runs.
        let (centers, opened) = AsyncStream<ChaosCenter>.makeStream()
        try await TestServer.run(
            engine, clock: clock,
            extend: { database, authentication, router in
                let center = try await ChaosCenter.open(
                    database, authentication: authentication, settings: chosen, logger: log.logger, now: { clock.now })
                let api = try CenterAPI(center)
                api.mount(on: router)
                opened.yield(center)
                return api.webSocket()
            }
        ) { server in
            var iterator = centers.makeAsyncIterator()
            guard let center = await iterator.next() else { throw UnexpectedAnswer("no center") }
            let admin = try await server.admin()
            let owner = try await server.user("owner", by: admin)
            let executor = try await server.user("executor", by: admin)
            let viewer = try await server.user("viewer", by: admin)
            let stranger = try await server.user("stranger", by: admin)
            try await server.join(executor, owner.projectID, as: "Executor", by: owner)
            try await server.join(viewer, owner.projectID, as: "Viewer", by: owner)
            try await body(
                CenterServer(
                    server: server, center: center, log: log, owner: owner, executor: executor, viewer: viewer,
                    stranger: stranger))
        }
    }

    /// Sends a GraphQL request by POST, as upstream's clients do.
    /// - Parameter token: the owner's where nobody says; `""` for none.
    func graphQL(
        _ query: String, _ variables: GraphQLObject = [:], as person: Person? = nil, token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        let body: GraphQLObject = ["query": .string(query), "variables": .object(variables)]
        let text = token ?? (person ?? owner).token
        var headers = headers
        if !text.isEmpty { headers["Authorization"] = text }
        let answer = try await server.send(
            .post, "/query", String(decoding: GraphQLValue.object(body).json, as: UTF8.self),
            headers: headers.merging(["Content-Type": "application/json"]) { $1 }, below: "/api")
        return try Reply(answer)
    }
}

/// What a GraphQL request was answered.
struct Reply: Sendable {
    let status: Int
    let data: GraphQLValue
    /// The messages of its errors.
    let errors: [String]
    let codes: [String]

    init(_ answer: Answer) throws {
        status = answer.status
        guard case .object(let object) = try GraphQLValue(json: Array(answer.text.utf8)) else {
            throw UnexpectedAnswer("\(answer.status) \(answer.text)")
        }
        data = object["data"] ?? .null
        var errors: [String] = []
        var codes: [String] = []
        if case .list(let items)? = object["errors"] {
            for case .object(let item) in items {
                if case .string(let message)? = item["message"] { errors.append(message) }
                if case .object(let more)? = item["extensions"], case .string(let code)? = more["code"] {
                    codes.append(code)
                }
            }
        }
        self.errors = errors
        self.codes = codes
    }

    /// The value at a path of names and indices; null where there is none.
    subscript(_ path: PathElement...) -> GraphQLValue {
        var value = data
        for element in path {
            switch (element, value) {
            case (.key(let key), .object(let object)): value = object[key] ?? .null
            case (.index(let index), .list(let items)) where items.indices.contains(index): value = items[index]
            default: return .null
            }
        }
        return value
    }

    /// The data, which must be there without errors.
    func succeeded() throws -> Reply {
        guard errors.isEmpty else { throw UnexpectedAnswer(errors.joined(separator: "; ")) }
        return self
    }
}

extension GraphQLValue {
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var number: Int? { if case .int(let number) = self { number } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var items: [GraphQLValue]? { if case .list(let items) = self { items } else { nil } }
    subscript(name: String) -> GraphQLValue {
        if case .object(let object) = self { object[name] ?? .null } else { .null }
    }
}
