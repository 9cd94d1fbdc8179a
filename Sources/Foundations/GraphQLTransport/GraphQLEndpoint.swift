import GraphQL
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import WebSocket

/// GraphQL at one path of a server: over HTTP and over WebSocket.
///
/// Over HTTP it follows the GraphQL-over-HTTP specification, over WebSocket `graphql-transport-ws` and its forerunner
/// `graphql-ws`. CORS is the application's: put its middleware before, and answer `OPTIONS` there.
///
/// ```swift
/// let endpoint = GraphQLEndpoint(engine) { caller in try await session(for: caller.head.headerFields[.authorization]) }
/// endpoint.mount(on: router, at: "query")
/// HTTPServerBuilder.http1WebSocket(webSocket: endpoint.webSocket(at: "/query"))
/// ```
public struct GraphQLEndpoint<Context: Sendable>: Sendable {
    /// Makes the context of an operation, or throws a ``GraphQLRefusal``; anything else that is thrown is logged and
    /// told to the client as an internal error.
    ///
    /// Called for every operation, because loaders must not outlive one. On a WebSocket it is first called for
    /// `connection_init`, which is acknowledged when nothing is thrown; what it returns then is not used.
    public typealias MakeContext = @Sendable (GraphQLCaller) async throws -> Context

    /// What executes the requests.
    public let engine: ExecutableSchema<Context>
    /// Limits and times.
    public var settings: GraphQLTransportSettings
    /// Gets what contexts fail with that is no refusal.
    public var logger: Logger
    /// Whether a WebSocket may be opened: browsers let every page open one to any server. See ``sameOrigin``.
    public var allowsWebSocket: @Sendable (HTTPRequest) async -> Bool
    /// Told of each operation at its end; for metrics.
    public var observe: (@Sendable (GraphQLOperationReport) -> Void)?
    let makeContext: MakeContext

    /// An endpoint that allows WebSockets of the same origin.
    public init(
        _ engine: ExecutableSchema<Context>, settings: GraphQLTransportSettings = GraphQLTransportSettings(),
        logger: Logger = Logger(label: "graphql"),
        allowsWebSocket: @escaping @Sendable (HTTPRequest) async -> Bool = GraphQLOrigin.isSame,
        observe: (@Sendable (GraphQLOperationReport) -> Void)? = nil, context: @escaping MakeContext
    ) {
        self.engine = engine
        self.settings = settings
        self.logger = logger
        self.allowsWebSocket = allowsWebSocket
        self.observe = observe
        makeContext = context
    }

    // MARK: Mounting

    /// Adds routes for all methods but `OPTIONS`; those that GraphQL does not use are answered 405.
    ///
    /// The caller has a remote address when the router's context is a `RemoteAddressRequestContext`.
    public func mount<Router: RouterMethods>(on router: Router, at path: RouterPath) {
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            router.on(path, method: method) { request, context in
                let remote = context as? any RemoteAddressRequestContext
                return await respond(to: request, remoteAddress: remote?.remoteAddress)
            }
        }
    }

    /// Answers one request of an HTTP server. The request must be one that a server read: a subscription watches its
    /// connection, which requests made by hand do not have.
    public func respond(to request: Request, remoteAddress: SocketAddress? = nil) async -> Response {
        let caller = GraphQLCaller(head: request.head, remoteAddress: remoteAddress, transport: .http)
        return await HTTPExchange(endpoint: self, caller: caller).respond(to: request)
    }

    /// For a server whose only WebSockets are these. `path` is compared with the request's, without its query.
    public func webSocket(at path: String) -> WebSocketUpgrade {
        WebSocketUpgrade(settings: settings.webSocket) { request in
            guard request.head.path?.prefix(while: { $0 != "?" }) ?? "/" == path else { return nil }
            return await accept(request)
        }
    }

    /// Decides on a request for a WebSocket; nil leaves it to ``respond(to:remoteAddress:)``, which says why.
    public func accept(_ request: WebSocketUpgradeRequest) async -> WebSocketAcceptance? {
        guard let dialect = SocketDialect.choose(offered: request.subprotocols),
            await allowsWebSocket(request.head)
        else { return nil }
        let caller = GraphQLCaller(
            head: request.head, remoteAddress: request.remoteAddress, transport: .webSocket)
        return WebSocketAcceptance(subprotocol: dialect.agreed?.rawValue) { connection in
            await SocketSession(endpoint: self, connection: connection, caller: caller, dialect: dialect.agreed).run()
        }
    }

    // MARK: Executing

    /// What came of the start of an operation.
    enum Start: Sendable {
        case refused(GraphQLRefusal)
        case outcome(SubscriptionOutcome)
    }

    func context(of caller: GraphQLCaller) async throws(GraphQLRefusal) -> Context {
        do {
            return try await makeContext(caller)
        } catch let refusal as GraphQLRefusal {
            throw refusal
        } catch is CancellationError {
            throw .stopping
        } catch {
            logger.error("no context for a GraphQL request", metadata: ["error": "\(error)"])
            throw .internalError
        }
    }

    /// Why a caller is turned away; nil for one who is not.
    func refusal(of caller: GraphQLCaller) async -> GraphQLRefusal? {
        do throws(GraphQLRefusal) {
            _ = try await context(of: caller)
            return nil
        } catch {
            return error
        }
    }

    func start(_ request: GraphQLRequest, _ caller: GraphQLCaller) async -> Start {
        do throws(GraphQLRefusal) {
            return .outcome(await engine.subscribe(to: request, context: try await context(of: caller)))
        } catch {
            return .refused(error)
        }
    }
}

/// The default rule for WebSockets: who may open one.
public enum GraphQLOrigin {
    /// A request without `Origin`, which is not a browser's, or one whose origin has the host and port of the request.
    @Sendable public static func isSame(_ head: HTTPRequest) -> Bool {
        guard let origin = head.headerFields[.origin] else { return true }
        guard let separator = origin.firstRange(of: "://"), let authority = head.authority else { return false }
        return origin[separator.upperBound...].lowercased() == authority.lowercased()
    }
}
