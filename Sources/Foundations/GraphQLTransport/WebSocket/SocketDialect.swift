import GraphQL
import WebSocket

/// The protocols for GraphQL on a WebSocket, by their subprotocol names.
enum SocketDialect: String, CaseIterable, Sendable {
    /// `PROTOCOL.md` of the library graphql-ws.
    case transport = "graphql-transport-ws"
    /// Its forerunner: `PROTOCOL.md` of subscriptions-transport-ws.
    case legacy = "graphql-ws"

    static let supported = allCases.map(\.rawValue)

    /// nil when a client offers only protocols that are unknown; `agreed` is nil when it offers none, and then its first
    /// message about an operation tells.
    static func choose(offered: [String]) -> (agreed: SocketDialect?, Void)? {
        guard !offered.isEmpty else { return (nil, ()) }
        let name = WebSocketHandshake.choose(offered: offered, supported: supported)
        return name.flatMap { SocketDialect(rawValue: $0) }.map { ($0, ()) }
    }

    /// The dialect that has this type of message and the other has not.
    init?(messageType: String) {
        switch messageType {
        case "start", "stop", "connection_terminate": self = .legacy
        case "subscribe", "complete", "ping", "pong": self = .transport
        default: return nil
        }
    }

    // MARK: What the server says

    /// `id` is missing in the answers to a client that sent none.
    private static func message(_ type: String, _ id: String, _ payload: GraphQLValue? = nil) -> String {
        var object: GraphQLObject = ["type": .string(type)]
        if !id.isEmpty { object["id"] = .string(id) }
        if let payload { object["payload"] = payload }
        return GraphQLValue.object(object).jsonString
    }

    static let acknowledgement = message("connection_ack", "")
    static let keepAlive = message("ka", "")

    static func pong(_ payload: GraphQLValue?) -> String { message("pong", "", payload) }

    static func connectionError(_ error: GraphQLError) -> String { message("connection_error", "", error.value) }

    static func complete(_ id: String) -> String { message("complete", id) }

    /// One response of an operation that was executed.
    func next(_ response: GraphQLResponse, _ id: String) -> String {
        Self.message(self == .transport ? "next" : "data", id, response.value)
    }

    /// The end of an operation that failed. The forerunner has room for one error.
    func failure(_ errors: [GraphQLError], _ id: String) -> String {
        switch self {
        case .transport: Self.message("error", id, .list(errors.map(\.value)))
        case .legacy: Self.message("error", id, (errors.first ?? GraphQLError("The operation failed.")).value)
        }
    }

    /// All that is said of an operation with one response.
    func only(_ response: GraphQLResponse, _ id: String) -> [String] {
        if response.data != nil { return [next(response, id), Self.complete(id)] }
        // Clients of the forerunner look for what resolvers throw in data.
        guard self == .legacy, response.errors.contains(where: { $0.path != nil }) else {
            return [failure(response.errors, id)]
        }
        return only(GraphQLResponse(data: .null, errors: response.errors), id)
    }
}
