import ControlPlaneTesting
import GraphQL
import NIOHTTP1
import Synchronization
import Testing
import WebSocket

@testable import ChaosCenter

/// A user's program that subscribes over a WebSocket, with `graphql-transport-ws`.
final class UserSocket: Sendable {
    private let world: CenterServer
    private let connection: WebSocketConnection
    private let heard: Messages
    private let reader: Task<Void, Never>

    private final class Messages: Sendable {
        let all = Mutex<[GraphQLValue]>([])
    }

    /// Opens the connection and subscribes.
    init(_ world: CenterServer, as person: Person, _ query: String) async throws {
        self.world = world
        var request = WebSocketRequest(host: "127.0.0.1", port: world.server.port, target: "/api/query")
        request.subprotocols = ["graphql-transport-ws"]
        request.headers.add(name: "Authorization", value: person.token)
        let connection = try await WebSocketClient.connect(request)
        self.connection = connection
        let heard = Messages()
        self.heard = heard
        reader = Task {
            do {
                for try await case .text(let text) in connection.messages {
                    let message = try GraphQLValue(json: text)
                    heard.all.withLock { $0.append(message) }
                }
            } catch {}
        }
        try await connection.send(.text(#"{"type":"connection_init"}"#))
        #expect(try await next()["type"].text == "connection_ack")
        let message: GraphQLValue = ["id": "1", "type": "subscribe", "payload": ["query": .string(query)]]
        try await connection.send(.text(message.jsonString))
    }

    deinit { reader.cancel() }

    /// The next message, for which it waits a few seconds.
    func next() async throws -> GraphQLValue {
        try await world.until("a message comes") { !self.heard.all.withLock(\.isEmpty) }
        return heard.all.withLock { $0.removeFirst() }
    }

    func close() async { await connection.close() }
}
