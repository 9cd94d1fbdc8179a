import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// The open connections, so that those which a client does not let go can be cut when the server stops.
public final class ConnectionRegistry: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    public init() {}

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        channels.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.channels.withLock { _ = $0.removeValue(forKey: id) }
        }
    }

    /// How many are open.
    public var count: Int { channels.withLock { $0.count } }

    /// Closes every socket at once, without waiting for the other side's TLS goodbye.
    public func cutAll() {
        for channel in channels.withLock({ Array($0.values) }) { channel.cut() }
    }
}

/// A child channel whose connections are known to a `ConnectionRegistry`.
public struct RegisteredChannel<Base: ServerChildChannel>: ServerChildChannel {
    private let base: Base
    private let registry: ConnectionRegistry

    public init(base: Base, registry: ConnectionRegistry) {
        self.base = base
        self.registry = registry
    }

    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        registry.add(channel)
        return base.setup(channel: channel, logger: logger)
    }

    public func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
