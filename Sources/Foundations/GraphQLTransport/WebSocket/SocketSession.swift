import GraphQL
import NIOCore
import WebSocket

/// The life of one WebSocket: reads, writes, and closes with the code that the protocol says.
struct SocketSession<Context: Sendable>: Sendable {
    let endpoint: GraphQLEndpoint<Context>
    let connection: WebSocketConnection
    let caller: GraphQLCaller
    /// nil when the handshake named none.
    let dialect: SocketDialect?

    private enum Part: Sendable {
        case writer(WebSocketClosing?)
        case reader
        /// The client did not read what was to be sent before the close frame.
        case deadline
    }

    /// Returns when the connection is closed and all its operations have ended.
    func run() async {
        let outbox = SocketOutbox(endpoint.settings)
        await withTaskGroup(of: Part.self) { parts in
            parts.addTask { .writer(await outbox.drain { try await connection.send(.text($0)) }) }
            parts.addTask {
                await read(outbox)
                outbox.end(.normal)
                return .reader
            }
            parts.addTask {
                for await _ in outbox.ending { break }
                try? await Task.sleep(for: .nanoseconds(endpoint.settings.webSocket.closeTimeout.nanoseconds))
                return .deadline
            }
            var closing: WebSocketClosing?
            for await part in parts {
                switch part {
                case .reader: continue
                case .writer(let reason): closing = reason
                case .deadline: break
                }
                break
            }
            // Before the parts are cancelled: a reader that gives up closes with a code of its own.
            await connection.close(closing ?? .goingAway)
            parts.cancelAll()
        }
    }

    private func read(_ outbox: SocketOutbox) async {
        await withDiscardingTaskGroup { tasks in
            let limit = endpoint.settings.initialisation
            tasks.addTask {
                try? await Task.sleep(for: limit)
                guard !Task.isCancelled, !outbox.isAcknowledged else { return }
                outbox.end(WebSocketClosing(code: 4408, reason: "Connection initialisation timeout"))
            }
            var conversation = SocketConversation(
                endpoint: endpoint, outbox: outbox, caller: caller, dialect: dialect)
            var room = outbox.room.makeAsyncIterator()
            do {
                for try await message in connection.messages {
                    // Only the close frame is waited for.
                    guard !outbox.isEnding else { continue }
                    await conversation.handle(message, &tasks)
                    while outbox.isFull {
                        guard await room.next() != nil else { break }
                    }
                }
            } catch {}  // The connection broke or the session ends: the same as a client that went.
            tasks.cancelAll()
        }
    }
}
