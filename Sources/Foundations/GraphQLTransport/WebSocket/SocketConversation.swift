import GraphQL
import WebSocket

/// Understands what a client says, message by message, and acts on it.
struct SocketConversation<Context: Sendable> {
    private let endpoint: GraphQLEndpoint<Context>
    private let outbox: SocketOutbox
    private var caller: GraphQLCaller
    /// nil until it is known.
    private var dialect: SocketDialect?
    private var isInitialised = false

    init(
        endpoint: GraphQLEndpoint<Context>, outbox: SocketOutbox, caller: GraphQLCaller, dialect: SocketDialect?
    ) {
        self.endpoint = endpoint
        self.outbox = outbox
        self.caller = caller
        self.dialect = dialect
    }

    mutating func handle(_ message: WebSocketMessage, _ tasks: inout DiscardingTaskGroup) async {
        do throws(GraphQLRefusal) {
            guard case .text(let text) = message else { throw .badRequest("Messages must be text.") }
            let message = try ClientMessage(text)
            if dialect == nil, let told = SocketDialect(messageType: message.type) { settle(told, &tasks) }
            if message.type == "connection_init" { return await initialise(message, &tasks) }
            switch dialect {
            case .transport?: try handleTransport(message, &tasks)
            case .legacy?, nil: try handleLegacy(message, &tasks)
            }
        } catch {
            refuse(error)
        }
    }

    /// What cannot be understood ends a connection in one protocol and is only complained about in the other.
    private func refuse(_ refusal: GraphQLRefusal) {
        if dialect == .transport {
            outbox.end(refusal.closing)
        } else {
            outbox.post(SocketDialect.connectionError(refusal.error))
        }
    }

    private mutating func settle(_ told: SocketDialect, _ tasks: inout DiscardingTaskGroup) {
        dialect = told
        if isInitialised { keepAlive(&tasks) }
    }

    // MARK: Initialisation

    private mutating func initialise(_ message: ClientMessage, _ tasks: inout DiscardingTaskGroup) async {
        guard !isInitialised else {
            if dialect == .transport {
                return outbox.end(WebSocketClosing(code: 4429, reason: "Too many initialisation requests"))
            }
            return refuse(.badRequest("The connection is initialised already."))
        }
        isInitialised = true
        caller.connectionInit = message.payload
        let refusal = await inTaskOfItsOwn { [endpoint, caller] in await endpoint.refusal(of: caller) }
        if let refusal = refusal ?? .stopping {
            let last = dialect == .transport ? nil : SocketDialect.connectionError(refusal.error)
            return outbox.end(refusal.closing, last: last)
        }
        outbox.acknowledge(SocketDialect.acknowledgement)
        keepAlive(&tasks)
    }

    /// Clients of the forerunner may give a connection up that is silent. Others would not understand it, so one whose
    /// dialect is not known yet gets the first one late.
    private func keepAlive(_ tasks: inout DiscardingTaskGroup) {
        guard dialect == .legacy else { return }
        let interval = endpoint.settings.keepAlive
        outbox.post(SocketDialect.keepAlive)
        tasks.addTask { [outbox] in
            while (try? await Task.sleep(for: interval)) != nil {
                if outbox.isIdle { outbox.post(SocketDialect.keepAlive) }
            }
        }
    }

    // MARK: Operations

    private mutating func handleTransport(
        _ message: ClientMessage, _ tasks: inout DiscardingTaskGroup
    ) throws(GraphQLRefusal) {
        switch message.type {
        case "ping": outbox.post(SocketDialect.pong(message.rawPayload))
        case "pong": return
        case "subscribe":
            guard isInitialised else { return outbox.end(WebSocketClosing(code: 4401, reason: "Unauthorized")) }
            guard !message.id.isEmpty else { throw .badRequest("subscribe needs an id.") }
            start(try message.request(), message.id, .transport, &tasks)
        case "complete":
            guard !message.id.isEmpty else { throw .badRequest("complete needs an id.") }
            _ = outbox.drop(message.id)
        default: throw .badRequest("Messages of type \"\(message.type)\" are unknown.")
        }
    }

    private mutating func handleLegacy(
        _ message: ClientMessage, _ tasks: inout DiscardingTaskGroup
    ) throws(GraphQLRefusal) {
        switch message.type {
        case "start":
            guard isInitialised else {
                let refusal = GraphQLRefusal("Send connection_init first.")
                return outbox.end(refusal.closing, last: SocketDialect.connectionError(refusal.error))
            }
            let request: GraphQLRequest
            do {
                request = try message.request()
            } catch {
                return outbox.post(SocketDialect.legacy.failure([error.error], message.id))
            }
            // As the reference implementation does: a new operation takes the place of the one with its id.
            _ = outbox.drop(message.id)
            start(request, message.id, .legacy, &tasks)
        case "stop":
            if outbox.drop(message.id) { outbox.post(SocketDialect.complete(message.id)) }
        case "connection_terminate": outbox.end(.normal)
        default: throw .badRequest("Messages of type \"\(message.type)\" are unknown.")
        }
    }

    private func start(
        _ request: GraphQLRequest, _ id: String, _ dialect: SocketDialect, _ tasks: inout DiscardingTaskGroup
    ) {
        switch outbox.open(id) {
        case .duplicate: outbox.end(WebSocketClosing(code: 4409, reason: "Subscriber for \(id) already exists"))
        case .full:
            let limit = GraphQLRefusal(
                "\(endpoint.settings.operations) operations are open on this connection, and no more are allowed.",
                code: .operationLimit)
            outbox.post(dialect.failure([limit.error], id))
        case .opened(let ticket):
            let operation = SocketOperation(
                endpoint: endpoint, caller: caller, dialect: dialect, outbox: outbox, ticket: ticket, request: request)
            let task = Task { await operation.run() }
            outbox.attach(task, to: ticket)
            tasks.addTask {
                await withTaskCancellationHandler {
                    await task.value
                } onCancel: {
                    task.cancel()
                }
            }
        }
    }
}
