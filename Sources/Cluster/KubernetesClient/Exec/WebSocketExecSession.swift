import KubernetesAPI
import NIOCore
import WebSocket

/// A command at the other end of a WebSocket.
final class WebSocketExecSession: ExecSession {
    /// Bytes of input in one message: what kubectl sends.
    private static let inputPiece = 32 * 1024

    let events: AsyncThrowingStream<ExecEvent, any Error>
    private let connection: WebSocketConnection
    private let version: ExecProtocol
    private let hasInput: Bool
    private let request: String
    private let server: String

    init(
        _ connection: WebSocketConnection, protocol version: ExecProtocol, hasInput: Bool, request: String,
        server: String
    ) {
        self.connection = connection
        self.version = version
        self.hasInput = hasInput
        self.request = request
        self.server = server
        // Not the session itself: dropping it must close the connection.
        events = AsyncThrowingStream {
            try await Self.nextEvent(of: connection, request: request, server: server)
        }
    }

    var canCloseInput: Bool { version.canCloseChannels }

    /// - Returns: nil when the session was closed from here, or after the command's end.
    private static func nextEvent(
        of connection: WebSocketConnection, request: String, server: String
    ) async throws -> ExecEvent? {
        do {
            for try await message in connection.messages {
                guard let event = try event(of: message, request: request) else { continue }
                if case .exited = event { await connection.close() }
                return event
            }
        } catch let error as WebSocketError {
            throw TransportFailure(error).error(server: server, request: request, timeout: .zero)
        }
        try Task.checkCancellation()
        guard let closing = connection.closing, closing.code != WebSocketClosing.normal.code else { return nil }
        throw KubernetesClientError.unreachable(server: server, reason: "the session was closed: \(closing)")
    }

    /// - Returns: nil for what tells nothing: servers open each channel with an empty message.
    private static func event(of message: WebSocketMessage, request: String) throws -> ExecEvent? {
        var bytes = message.bytes
        guard let number: UInt8 = bytes.readInteger(), bytes.readableBytes > 0 else { return nil }
        switch ExecProtocol.Channel(rawValue: number) {
        case .stdout: return .stdout(Array(bytes.readableBytesView))
        case .stderr: return .stderr(Array(bytes.readableBytesView))
        case .error:
            let status: JSON
            do throws(JSONSyntaxError) {
                status = try JSON(parsing: bytes.readableBytesView)
            } catch {
                throw KubernetesClientError.malformed(request: request, reason: "the end of the command: \(error)")
            }
            return .exited(code: try ExecProtocol.exitCode(status))
        case .stdin, .resize, .close, nil: return nil
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        guard hasInput else { throw Status.badRequest("the session was opened without stdin") }
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Self.inputPiece)
            rest = rest.dropFirst(piece.count)
            try await send([ExecProtocol.Channel.stdin.rawValue] + piece)
        }
    }

    func closeInput() async throws {
        guard canCloseInput else {
            throw Status.notImplemented("this cluster cannot end a command's input; that takes Kubernetes 1.30")
        }
        try await send([ExecProtocol.Channel.close.rawValue, ExecProtocol.Channel.stdin.rawValue])
    }

    func close() async { await connection.close() }

    private func send(_ bytes: [UInt8]) async throws {
        do {
            try await connection.send(.binary(ByteBuffer(bytes: bytes)))
        } catch let error as WebSocketError {
            throw TransportFailure(error).error(server: server, request: request, timeout: .zero)
        }
    }
}
