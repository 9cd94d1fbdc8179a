import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// The life of one WebSocket of a server: runs the handler until it, the connection or the server ends.
struct WebSocketSession: Sendable {
    private enum End: Sendable {
        case handler(WebSocketClosing)
        case connection
        case shutdown
        case nothing
    }

    let connection: WebSocketConnection
    let channel: any Channel
    let handler: WebSocketAcceptance.Handler
    let closeTimeout: TimeAmount
    let logger: Logger

    /// Returns when the connection is closed and the handler has ended.
    func run() async {
        await withTaskCancellationHandler {
            await withTaskGroup(of: End.self) { group in
                group.addTask { .handler(await handle()) }
                group.addTask {
                    try? await channel.closeFuture.get()
                    return .connection
                }
                group.addTask { (try? await gracefulShutdown()) == nil ? .nothing : .shutdown }
                for await end in group {
                    switch end {
                    case .handler(let closing): await close(closing)
                    case .shutdown: await close(WebSocketClosing(code: 1001, reason: "the server stops"))
                    case .connection: break
                    case .nothing: continue
                    }
                    break
                }
                group.cancelAll()
            }
        } onCancel: {
            channel.cut()
        }
    }

    private func close(_ closing: WebSocketClosing) async {
        // The connection's own end after the same time says goodbye in TLS, too, and waits for the other side's.
        let cut = channel.eventLoop.scheduleTask(in: closeTimeout + .milliseconds(250)) { channel.cut() }
        await connection.close(closing)
        cut.cancel()
    }

    private func handle() async -> WebSocketClosing {
        do {
            try await handler(connection)
            return .normal
        } catch let closure as WebSocketClosure {
            return closure.closing
        } catch {
            // What goes wrong because the connection has ended is no failure of the handler.
            if !Task.isCancelled, !(error is WebSocketError), !(error is CancellationError) {
                logger.warning("the handler of a WebSocket failed", metadata: ["error": "\(error)"])
            }
            return .internalError
        }
    }
}

extension Channel {
    /// Closes the socket without waiting for the other side's TLS goodbye.
    func cut() {
        eventLoop.execute {
            let tls = try? self.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
            // From the TLS handler outwards, so that the handler's own orderly close is passed by.
            if let tls { tls.close(promise: nil) } else { self.close(promise: nil) }
        }
    }
}
