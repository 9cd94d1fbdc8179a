import AgentProtocol
import ControlPlaneTesting
import GraphQL
import NIOCore
import Synchronization
import WebSocket

@testable import ChaosCenter

/// An agent that does what a test says, over a real WebSocket and real HTTP.
final class ScriptedAgent: Sendable {
    /// How agents of different kinds connect.
    enum Dialect: String, CaseIterable, Sendable {
        /// As LitmusChaos 3.x: no subprotocol, no `Authorization`, no `Origin`, no ids, no acknowledgements.
        case upstream
        /// `graphql-transport-ws`; says that it acknowledges actions.
        case acknowledging
    }

    let identity: InfraIdentity
    private let world: CenterServer
    private let connection: WebSocketConnection
    private let channel: any Channel
    private let inbox: Inbox
    private let reader: Task<Void, Never>

    private init(
        _ world: CenterServer, _ identity: InfraIdentity, _ connection: WebSocketConnection, _ channel: any Channel,
        reads: Bool
    ) {
        self.world = world
        self.identity = identity
        self.connection = connection
        self.channel = channel
        let inbox = Inbox()
        self.inbox = inbox
        reader = Task { if reads { await inbox.read(connection) } }
    }

    deinit {
        reader.cancel()
        channel.close(promise: nil)
    }

    // MARK: The connection

    /// Connects, and waits until the Chaos Center has taken the connection or refused it.
    static func connect(
        to world: CenterServer, _ infrastructure: ChaosInfrastructure, as dialect: Dialect = .acknowledging,
        reads: Bool = true
    ) async throws -> ScriptedAgent {
        try await connect(
            to: world,
            InfraIdentity(
                infraID: infrastructure.id, accessKey: infrastructure.accessKey, version: infrastructure.version),
            as: dialect, reads: reads)
    }

    /// - Parameter reads: false for one that is stuck: it takes nothing from its connection. For upstream's dialect.
    static func connect(
        to world: CenterServer, _ identity: InfraIdentity, as dialect: Dialect = .acknowledging, reads: Bool = true
    ) async throws -> ScriptedAgent {
        var request = WebSocketRequest(host: "127.0.0.1", port: world.server.port, target: "/api/query")
        if dialect == .acknowledging { request.subprotocols = ["graphql-transport-ws"] }
        let box = ChannelBox()
        let connection = try await WebSocketClient.connect(request) { channel in
            box.channel.withLock { $0 = channel }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        guard let channel = box.channel.withLock({ $0 }) else { throw UnexpectedAnswer("connected without a channel") }
        let registry = world.center.agents.registry
        let older = registry[identity.infraID]
        let agent = ScriptedAgent(world, identity, connection, channel, reads: reads)
        try await agent.begin(dialect)
        try await world.until("the agent is connected or refused") {
            registry[identity.infraID].map { $0 !== older } ?? false || agent.hasEnded
        }
        try await world.until("the infrastructure is active") {
            let infrastructure = try await world.center.store.infrastructure(identity.infraID)
            return infrastructure?.isActive == true || agent.hasEnded
        }
        return agent
    }

    private func begin(_ dialect: Dialect) async throws {
        switch dialect {
        case .upstream:
            try await say(["type": "connection_init"])
            try await say([
                "payload": ["query": .string(AgentDocument.upstreamInfraConnect(identity))], "type": "start",
            ])
        case .acknowledging:
            try await say(["type": "connection_init", "payload": [AgentCapability.acknowledges: true]])
            let variables: GraphQLValue = ["request": try GraphQLValue(encoding: identity)]
            try await world.until("the connection is acknowledged") { self.inbox.isAcknowledged || self.hasEnded }
            try await say([
                "id": "1", "type": "subscribe",
                "payload": ["query": .string(AgentDocument.infraConnect), "variables": variables],
            ])
        }
    }

    private func say(_ message: GraphQLValue) async throws { try await connection.send(.text(message.jsonString)) }

    /// Goes with a close frame, and waits until the Chaos Center has noticed.
    func disconnect() async throws {
        let registry = world.center.agents.registry
        let link = registry[identity.infraID]
        await connection.close()
        try await world.until("the end of the connection is noticed") {
            link == nil || registry[self.identity.infraID] !== link
        }
        try await world.until("the infrastructure is inactive or connected again") {
            let infrastructure = try await self.world.center.store.infrastructure(self.identity.infraID)
            return infrastructure?.isActive != true || registry[self.identity.infraID] != nil
        }
    }

    /// Cuts the TCP connection without a word.
    func kill() { channel.close(promise: nil) }

    /// The connection, or the stream of actions, has ended.
    var hasEnded: Bool { inbox.hasEnded }

    /// The connection itself has ended.
    var isClosed: Bool { inbox.isClosed }

    /// Waits for the end: the errors that came, in words.
    func ending() async throws -> [String] {
        try await world.until("the stream of actions ends") { self.hasEnded }
        return inbox.errors
    }

    // MARK: Actions

    /// The next action, for which it waits a few seconds.
    func nextAction() async throws -> InfraAction {
        try await world.until("an action comes (\(inbox.errors))") { self.inbox.hasAction || self.hasEnded }
        guard let action = inbox.takeAction() else { throw UnexpectedAnswer("no action: \(inbox.errors)") }
        return action
    }

    /// The actions that have come and not been taken.
    var waitingActions: [InfraAction] { inbox.actions }

    @discardableResult
    func acknowledge(_ actions: [InfraAction], error: String? = nil) async throws -> Reply {
        let outcomes = actions.map { InfraActionOutcome(requestID: $0.requestID, error: error) }
        return try await send(
            AgentDocument.acknowledgeInfraActions,
            [
                "request": try GraphQLValue(encoding: identity),
                "outcomes": .list(try outcomes.map { try GraphQLValue(encoding: $0) }),
            ])
    }

    @discardableResult
    func acknowledge(_ action: InfraAction, error: String? = nil) async throws -> Reply {
        try await acknowledge([action], error: error)
    }

    // MARK: What it reports

    /// Says what is known of a run.
    @discardableResult
    func report(_ data: ExecutionData, completed: Bool = false, updatedBy: String = "") async throws -> Reply {
        let event = try RunEvent(data, of: identity, completed: completed, updatedBy: updatedBy)
        return try await send(AgentDocument.chaosExperimentRun, ["request": try GraphQLValue(encoding: event)])
    }

    @discardableResult
    func answerLogs(_ action: InfraAction, _ log: String) async throws -> Reply {
        let request = try GraphQLValue(json: action.externalData ?? "").decode(PodLogRequest.self)
        let answer = PodLogAnswer(request, requestID: action.requestID, of: identity, log: log)
        return try await send(AgentDocument.podLog, ["request": try GraphQLValue(encoding: answer)])
    }

    @discardableResult
    func answerObjects(_ action: InfraAction, _ json: String) async throws -> Reply {
        let answer = KubeObjectAnswer(requestID: action.requestID, of: identity, kubeObj: json)
        return try await send(AgentDocument.kubeObj, ["request": try GraphQLValue(encoding: answer)])
    }

    @discardableResult
    func answerNamespaces(_ action: InfraAction, _ json: String) async throws -> Reply {
        let answer = KubeNamespaceAnswer(requestID: action.requestID, of: identity, kubeNamespace: json)
        return try await send(AgentDocument.kubeNamespace, ["request": try GraphQLValue(encoding: answer)])
    }

    private func send(_ document: String, _ variables: GraphQLObject) async throws -> Reply {
        try await world.ask(document, variables, token: "")
    }
}

/// What came over the connection of an agent.
private final class Inbox: Sendable {
    private struct State {
        var actions: [InfraAction] = []
        var errors: [String] = []
        var isAcknowledged = false
        var hasEnded = false
        var isClosed = false
    }

    private let state = Mutex(State())

    var isAcknowledged: Bool { state.withLock(\.isAcknowledged) }
    var hasEnded: Bool { state.withLock(\.hasEnded) }
    var isClosed: Bool { state.withLock(\.isClosed) }
    var hasAction: Bool { state.withLock { !$0.actions.isEmpty } }
    var actions: [InfraAction] { state.withLock(\.actions) }
    var errors: [String] { state.withLock(\.errors) }

    func takeAction() -> InfraAction? {
        state.withLock { $0.actions.isEmpty ? nil : $0.actions.removeFirst() }
    }

    func read(_ connection: WebSocketConnection) async {
        do {
            for try await case .text(let text) in connection.messages { try hear(GraphQLValue(json: text)) }
        } catch {
            state.withLock { $0.errors.append("\(error)") }
        }
        state.withLock {
            $0.hasEnded = true
            $0.isClosed = true
        }
    }

    private func hear(_ message: GraphQLValue) throws {
        let payload: GraphQLValue = message["payload"]
        var action: InfraAction?
        if payload["data"]["infraConnect"] != .null {
            action = try payload["data"]["infraConnect"]["action"].decode(InfraAction.self)
        }
        let errors = ((payload["errors"].items ?? payload.items ?? []) + [payload]).compactMap { $0["message"].text }
        state.withLock { state in
            if let action { state.actions.append(action) }
            state.errors += errors
            switch message["type"].text {
            case "connection_ack": state.isAcknowledged = true
            case "error", "complete", "connection_error": state.hasEnded = true
            default: break
            }
        }
    }
}

private final class ChannelBox: Sendable {
    let channel = Mutex<(any Channel)?>(nil)
}
