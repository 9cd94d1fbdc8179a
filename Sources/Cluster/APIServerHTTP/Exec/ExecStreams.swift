import EmbeddedAPIServer
import KubernetesAPI
import NIOCore
import WebSocket

/// One command in a container over a WebSocket, as Kubernetes' remote command protocol has it (`ExecProtocol`).
struct ExecStreams: Sendable {
    private enum End: Sendable {
        case command
        case connection
    }

    let connection: WebSocketConnection
    let options: ExecOptions
    let agreed: ExecProtocol

    /// Returns when the command has ended; a connection that ends before it, ends it.
    func run(_ prepared: PreparedCommand) async throws {
        // An empty message tells clients that wait for one that the connection is there.
        try await send(options.stdout ? .stdout : options.stderr ? .stderr : .error, [])
        let command: PodCommand
        do {
            command = try await prepared.start()
        } catch {
            return try await send(.error, (error as? Status ?? .internalError("\(error)")).json.encoded())
        }
        try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                try await sendEvents(of: command.session)
                return .command
            }
            group.addTask {
                try await receive(for: command)
                return .connection
            }
            let result = await group.nextResult()
            await command.session.close()
            // Before the reader is cancelled, which would say that the server gives the connection up.
            if case .success(.command) = result { await connection.close() }
            group.cancelAll()
            _ = try result?.get()
        }
    }

    private func sendEvents(of session: any ExecSession) async throws {
        do {
            for try await event in session.events {
                switch event {
                case .stdout(let bytes): try await send(.stdout, bytes)
                case .stderr(let bytes): try await send(.stderr, bytes)
                case .exited(let code):
                    try await send(.error, ExecProtocol.status(exitCode: code).encoded())
                    return
                }
            }
        } catch let status as Status {
            try await send(.error, status.json.encoded())
        }
    }

    private func send(_ channel: ExecProtocol.Channel, _ bytes: [UInt8]) async throws {
        var message = ByteBuffer()
        message.reserveCapacity(bytes.count + 1)
        message.writeInteger(channel.rawValue)
        message.writeBytes(bytes)
        try await connection.send(.binary(message))
    }

    /// Takes input and sizes until the connection ends.
    private func receive(for command: PodCommand) async throws {
        for try await message in connection.messages {
            var bytes = message.bytes
            guard let number = bytes.readInteger(as: UInt8.self), let channel = ExecProtocol.Channel(rawValue: number)
            else { continue }
            switch channel {
            case .stdin where options.stdin:
                // A command may end, or close its input, before it has read everything.
                try? await command.session.write(Array(bytes.readableBytesView))
            case .close where agreed.canCloseChannels:
                if bytes.readInteger(as: UInt8.self) == ExecProtocol.Channel.stdin.rawValue {
                    try? await command.session.closeInput()
                }
            case .resize: resize(command, bytes)
            default: break
            }
        }
    }

    private func resize(_ command: PodCommand, _ bytes: ByteBuffer) {
        guard let size = try? JSON(parsing: Array(bytes.readableBytesView)), let columns = size["Width"].int,
            let rows = size["Height"].int
        else { return }
        command.resize(columns, rows)
    }
}
