import GraphQL
import HTTPTypes
import NIOCore

/// Who asks: what a context is made from.
public struct GraphQLCaller: Sendable {
    /// How a request came.
    public enum Transport: String, Sendable {
        case http
        case webSocket
    }

    /// The head of the request, on a WebSocket that of its handshake.
    public var head: HTTPRequest
    /// The other end of the connection, when the server told.
    public var remoteAddress: SocketAddress?
    /// How the request came.
    public var transport: Transport
    /// The payload of `connection_init`, empty when it had none; nil over HTTP.
    public var connectionInit: GraphQLObject?

    /// A caller.
    public init(
        head: HTTPRequest, remoteAddress: SocketAddress? = nil, transport: Transport,
        connectionInit: GraphQLObject? = nil
    ) {
        self.head = head
        self.remoteAddress = remoteAddress
        self.transport = transport
        self.connectionInit = connectionInit
    }
}

/// What was done for a client, told at its end.
public struct GraphQLOperationReport: Sendable {
    /// How the request came.
    public var transport: GraphQLCaller.Transport
    /// nil when the document has errors or does not say which operation.
    public var kind: OperationKind?
    /// The operation's name in the document.
    public var name: String?
    /// The fields of the root type that it asks for, fragments not looked into; each once, in their order.
    public var rootFields: [String]
    /// Errors in all its responses.
    public var errors: Int
    /// From reading the request to its last response; of a subscription the time that it was open.
    public var duration: Duration

    /// A report.
    public init(
        transport: GraphQLCaller.Transport, kind: OperationKind?, name: String?, rootFields: [String], errors: Int,
        duration: Duration
    ) {
        self.transport = transport
        self.kind = kind
        self.name = name
        self.rootFields = rootFields
        self.errors = errors
        self.duration = duration
    }
}

extension GraphQLEndpoint {
    func report(_ request: GraphQLRequest, _ caller: GraphQLCaller, errors: Int, since start: ContinuousClock.Instant) {
        guard let observe else { return }
        let prepared = try? engine.prepare(request.query)
        let name = request.operationName ?? prepared?.document.operations.first?.name?.value
        observe(
            GraphQLOperationReport(
                transport: caller.transport, kind: prepared?.operationKind(request.operationName), name: name,
                rootFields: prepared?.rootFields(request.operationName) ?? [], errors: errors,
                duration: start.duration(to: .now)))
    }
}
