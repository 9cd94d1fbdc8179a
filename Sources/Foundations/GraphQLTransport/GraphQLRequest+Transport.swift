import GraphQL

extension GraphQLRequest {
    /// Reads the parameters that requests have over every transport; null is the same as missing.
    init(parameters: GraphQLValue?, of what: String) throws(GraphQLRefusal) {
        guard case .object(let object)? = parameters else {
            throw .badRequest("\(what) must be an object with the member query.")
        }
        func member<Value>(_ name: String, _ kind: String, _ read: (GraphQLValue) -> Value?) throws(GraphQLRefusal)
            -> Value?
        {
            guard let value = object[name], !value.isNull else { return nil }
            guard let read = read(value) else { throw .badRequest("\(name) of \(what) must be \(kind).") }
            return read
        }
        guard let query = try member("query", "a string", \.stringValue) else {
            throw .badRequest("\(what) has no query: send a GraphQL document as the member query.")
        }
        self.init(
            query: query, operationName: try member("operationName", "a string", \.stringValue),
            variables: try member("variables", "an object", \.objectValue) ?? [:],
            extensions: try member("extensions", "an object", \.objectValue) ?? [:])
    }
}
