import Authentication
import GraphQL
import GraphQLTransport
import HTTPTypes
import Hummingbird
import Logging
import WebSocket

/// The Chaos Center over HTTP: GraphQL at `/query` below the prefix.
public struct CenterAPI: Sendable {
    public let center: ChaosCenter
    let endpoint: GraphQLEndpoint<CenterContext>

    /// The fields of the root types: the names by which metrics tell operations apart.
    public static let operationNames = Set(CenterOperation.allCases.map(\.rawValue))

    /// Bytes of a request's body: room for the largest report in base64, and what is around it.
    static let bodySize = ReceivedEvent.largestReport / 3 * 4 + (64 << 10)

    /// - Parameters:
    ///   - transport: its body size is raised to what agents have to send.
    ///   - observe: told of each operation at its end; for metrics.
    ///   - unauthenticated: told of each field that was refused as it was not known who asks.
    /// - Throws: `BindingError` when an operation has no function, which is a mistake in this program.
    public init(
        _ center: ChaosCenter, transport: GraphQLTransportSettings = GraphQLTransportSettings(),
        observe: (@Sendable (GraphQLOperationReport) -> Void)? = nil,
        unauthenticated: @escaping @Sendable () -> Void = {}
    ) throws {
        self.center = center
        var transport = transport
        transport.bodySize = max(transport.bodySize, Self.bodySize)
        let logger = center.logger
        var binding = CenterBinding()
        Self.bind(&binding)
        let engine = try ExecutableSchema(
            CenterSchema.make(), binding.schema, present: { present($0, logger, unauthenticated) })
        endpoint = GraphQLEndpoint(
            engine, settings: transport, logger: logger,
            // Agents send no Origin; browsers do.
            allowsWebSocket: { center.authentication.admittedOrigin(of: $0) != nil }, observe: observe
        ) { caller in CenterContext(center, caller) }
    }

    /// - Parameter prefix: of all paths.
    public func mount(on router: some RouterMethods<some RequestContext>, at prefix: String = "/api") {
        endpoint.mount(on: router, at: RouterPath(prefix + "/query"))
        InfrastructureRoutes(center: center).mount(on: router, at: prefix)
        HubIcons(center: center).mount(on: router, at: prefix)
    }

    /// For the server that the router belongs to.
    public func webSocket(at prefix: String = "/api") -> WebSocketUpgrade { endpoint.webSocket(at: prefix + "/query") }

    private static func bind(_ binding: inout CenterBinding) {
        CommonBindings.bind(&binding)
        AuditBindings.bind(&binding)
        EnvironmentBindings.bind(&binding)
        ImageRegistryBindings.bind(&binding)
        ProbeBindings.bind(&binding)
        InfrastructureBindings.bind(&binding)
        AgentBindings.bind(&binding)
        HubBindings.bind(&binding)
        GitOpsBindings.bind(&binding)
        ExperimentBindings.bind(&binding)
        RunBindings.bind(&binding)
    }
}

/// What clients read of what a resolver threw.
private func present(_ error: any Error, _ logger: Logger, _ unauthenticated: () -> Void) -> GraphQLError {
    if let error = error as? CenterError, error.isUnauthenticated { unauthenticated() }
    if let refusal = GraphQLError(refusal: error) { return refusal }
    logger.error("an operation failed", metadata: ["error": "\(error)"])
    return .internalSystemError
}
