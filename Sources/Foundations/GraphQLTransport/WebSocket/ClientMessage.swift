import GraphQL

/// What a client sends on a WebSocket, in either dialect.
struct ClientMessage {
    let type: String
    /// Empty when there is none.
    let id: String
    /// Empty when there is none.
    let payload: GraphQLObject
    let rawPayload: GraphQLValue?

    /// Throws what to tell the client.
    init(_ text: String) throws(GraphQLRefusal) {
        let value: GraphQLValue
        do throws(JSONError) {
            value = try GraphQLValue(json: text)
        } catch {
            throw .badRequest("The message is not JSON.")
        }
        guard case .object(let object) = value, case .string(let type)? = object["type"] else {
            throw .badRequest("The message has no type.")
        }
        self.type = type
        switch object["id"] {
        case .string(let id)?: self.id = id
        case nil, .null?: id = ""
        default: throw .badRequest("The id of the message is not a string.")
        }
        rawPayload = object["payload"]
        switch rawPayload {
        case .object(let payload)?: self.payload = payload
        case nil, .null?: payload = [:]
        default: throw .badRequest("The payload of the message is not an object.")
        }
    }

    /// The request of `subscribe` or `start`.
    func request() throws(GraphQLRefusal) -> GraphQLRequest {
        try GraphQLRequest(parameters: .object(payload), of: "The payload")
    }
}
