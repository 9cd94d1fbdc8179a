/// A request as clients send it.
public struct GraphQLRequest: Sendable, Hashable {
    /// The document.
    public var query: String
    /// Which operation of the document; nil when it has only one.
    public var operationName: String?
    /// The values of variables.
    public var variables: GraphQLObject
    /// What else the client says.
    public var extensions: GraphQLObject

    /// A request.
    public init(
        query: String, operationName: String? = nil, variables: GraphQLObject = [:], extensions: GraphQLObject = [:]
    ) {
        self.query = query
        self.operationName = operationName
        self.variables = variables
        self.extensions = extensions
    }
}

/// A response, as section 7.1 of the specification shapes it.
public struct GraphQLResponse: Sendable, Hashable {
    /// The data; nil when the request was refused before execution, `.null` when an error reached the root.
    public var data: GraphQLValue?
    /// The errors, in the order of the fields; empty when there are none.
    public var errors: [GraphQLError]
    /// Whatever a server adds.
    public var extensions: GraphQLObject

    /// A response.
    public init(data: GraphQLValue?, errors: [GraphQLError] = [], extensions: GraphQLObject = [:]) {
        self.data = data
        self.errors = errors
        self.extensions = extensions
    }

    /// The response as a value: `errors` first, when there are any, then `data`, then `extensions`.
    public var value: GraphQLValue {
        var object = GraphQLObject()
        if !errors.isEmpty { object.append("errors", .list(errors.map(\.value))) }
        if let data { object.append("data", data) }
        if !extensions.isEmpty { object.append("extensions", .object(extensions)) }
        return .object(object)
    }

    /// The response as JSON, UTF-8.
    public var json: [UInt8] { value.json }
}

extension GraphQLError {
    /// The error as clients see it: message, locations, path, extensions; what is empty is left out.
    public var value: GraphQLValue {
        var object: GraphQLObject = ["message": .string(message)]
        if !locations.isEmpty {
            object.append(
                "locations", .list(locations.map { ["line": .int($0.line), "column": .int($0.column)] }))
        }
        if let path { object.append("path", .list(path.map(\.value))) }
        if !extensions.isEmpty { object.append("extensions", .object(extensions)) }
        return .object(object)
    }
}
