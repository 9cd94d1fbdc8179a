import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The open connections, so that those which a client does not let go can be cut when the server stops.
final class ConnectionRegistry: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        channels.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.channels.withLock { _ = $0.removeValue(forKey: id) }
        }
    }

    var count: Int { channels.withLock { $0.count } }

    /// Closes every socket at once, without waiting for the other side's TLS goodbye.
    func cutAll() {
        for channel in channels.withLock({ Array($0.values) }) {
            channel.eventLoop.execute {
                let tls = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
                // From the TLS handler outwards, so that the handler's own orderly close is passed by.
                if let tls { tls.close(promise: nil) } else { channel.close(promise: nil) }
            }
        }
    }
}

/// A child channel whose connections are known to a `ConnectionRegistry`.
struct RegisteredChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let registry: ConnectionRegistry

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        registry.add(channel)
        return base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
