import AsyncHTTPClient
import ControlPlaneTesting
import GraphQL
import HTTPTypes
import NIOCore
import NIOHTTP1

extension CenterServer {
    /// Sends a GraphQL request by POST over a connection of its own. The tests' client has only one, which is taken while
    /// it waits for an event, and which the server closes afterwards.
    /// - Parameter token: `""` for none.
    func ask(_ query: String, _ variables: GraphQLObject = [:], token: String) async throws -> Reply {
        let body: GraphQLObject = ["query": .string(query), "variables": .object(variables)]
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = ["Content-Type": "application/json", "Connection": "close"]
        if !token.isEmpty { request.headers.add(name: "Authorization", value: token) }
        request.body = .bytes(ByteBuffer(bytes: GraphQLValue.object(body).json))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
        return try Reply(Answer(status: Int(response.status.code), headers: [:], text: text))
    }

    func ask(_ query: String, _ variables: GraphQLObject = [:], as person: Person? = nil) async throws -> Reply {
        try await ask(query, variables, token: (person ?? owner).token)
    }

    /// Waits for something that the server does by itself.
    func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try await !isSo() {
            guard ContinuousClock.now < deadline else { throw UnexpectedAnswer("in vain waited until \(what)") }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}
