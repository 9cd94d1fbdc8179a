import AsyncHTTPClient
import GraphQL
import GraphQLTransport
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import Testing
import WebSocket

/// A server with the counter schema at `/query`, on a free port of the loopback address.
///
/// The token `good-NAME`, in `Authorization` or the member `token` of `connection_init`, is NAME's; any other is refused;
/// `broken` and `forbidden` make trouble of their own.
struct CounterServer: Sendable {
    struct Broken: Error {}

    /// Makes the server of the connections; HTTP/1.1 without TLS by default.
    typealias MakeBuilder = @Sendable (WebSocketUpgrade) throws -> HTTPServerBuilder

    let port: Int
    let ledger: Ledger
    let shutdown: @Sendable () async -> Void

    var url: String { "http://127.0.0.1:\(port)/query" }

    static func visitor(_ caller: GraphQLCaller, _ ledger: Ledger) throws -> Visitor {
        ledger.noteContext()
        let token = caller.connectionInit?["token"]?.stringValue ?? caller.head.headerFields[.authorization]
        guard let token else { return Visitor(name: nil, ledger: ledger) }
        switch token {
        case "broken": throw Broken()
        case "forbidden": throw GraphQLRefusal("Not you.", code: .forbidden, status: .forbidden)
        case _ where token.hasPrefix("good-"): return Visitor(name: String(token.dropFirst(5)), ledger: ledger)
        default: throw GraphQLRefusal("The token is unknown.")
        }
    }

    static func run(
        _ settings: GraphQLTransportSettings = GraphQLTransportSettings(),
        server makeBuilder: MakeBuilder = { .http1WebSocket(webSocket: $0) },
        _ body: @Sendable (CounterServer) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let ledger = Ledger()
        let endpoint = GraphQLEndpoint(
            try CounterSchema.engine(), settings: settings, logger: logger, observe: { ledger.note($0) },
            context: { try visitor($0, ledger) })
        let router = Router()
        endpoint.mount(on: router, at: "query")
        router.on("query", method: .options) { _, _ in Response(status: .noContent, headers: [.server: "application"]) }
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, server: try makeBuilder(endpoint.webSocket(at: "/query")),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        let group = ServiceGroup(services: [application], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let server = CounterServer(port: port, ledger: ledger) { await group.triggerGracefulShutdown() }
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body(server))
            } catch {
                outcome = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
    }

    // MARK: HTTP

    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var text: String
        var json: GraphQLValue? { try? GraphQLValue(json: text) }
        var code: String? { json?["errors"]?[0]?["extensions"]?["code"]?.stringValue }
        var message: String? { json?["errors"]?[0]?["message"]?.stringValue }
    }

    func send(
        _ method: HTTPMethod, _ query: String = "", headers: [(String, String)] = [], body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + query)
        request.method = method
        request.headers = HTTPHeaders(headers)
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
        return Answer(status: Int(response.status.code), headers: response.headers, text: text)
    }

    func post(_ body: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.POST, headers: headers + [("Content-Type", "application/json")], body: body)
    }

    func post(_ body: GraphQLValue, headers: [(String, String)] = []) async throws -> Answer {
        try await post(body.jsonString, headers: headers)
    }

    // MARK: WebSocket

    func dialogue(_ subprotocols: String..., origin: String? = nil) async throws -> Dialogue {
        var request = WebSocketRequest(host: "127.0.0.1", port: port, target: "/query")
        request.subprotocols = subprotocols
        if let origin { request.headers.add(name: "Origin", value: origin) }
        return Dialogue(
            try await WebSocketClient.connect(request, settings: WebSocketSettings(bufferedMessages: 2)))
    }

    /// Waits for something that the server does by itself.
    func until(_ what: Comment, _ isSo: (CounterServer) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isSo(self) {
            try #require(ContinuousClock.now < deadline, what)
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// A client of a WebSocket that says and hears JSON.
final class Dialogue {
    let connection: WebSocketConnection
    private var iterator: AsyncThrowingStream<WebSocketMessage, any Error>.AsyncIterator

    init(_ connection: WebSocketConnection) {
        self.connection = connection
        iterator = connection.messages.makeAsyncIterator()
    }

    func say(_ message: GraphQLValue) async throws { try await connection.send(.text(message.jsonString)) }

    func hear() async throws -> GraphQLValue? {
        guard let message = try await iterator.next() else { return nil }
        return try GraphQLValue(json: message.bytes.readableBytesView)
    }

    /// The next message that is not `ka`.
    func hearNews() async throws -> GraphQLValue? {
        while let message = try await hear() {
            if message != ["type": "ka"] { return message }
        }
        return nil
    }

    func initialise(_ payload: GraphQLValue? = nil) async throws {
        var message: GraphQLObject = ["type": "connection_init"]
        message["payload"] = payload
        try await say(.object(message))
        #expect(try await hear() == ["type": "connection_ack"])
    }

    func subscribe(_ query: String, _ id: String = "1", type: String = "subscribe") async throws {
        try await say(["id": .string(id), "type": .string(type), "payload": ["query": .string(query)]])
    }

    /// Reads to the end: how the server closed.
    func ending() async throws -> WebSocketClosing? {
        while try await iterator.next() != nil {}
        return connection.closing
    }
}

/// A value that several tasks look at.
final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>
    init(_ value: Value) { state = Mutex(value) }

    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
