import CLinux
import Glibc
import Synchronization

/// One thread that waits for readable or writable descriptors (pidfds, pipes) and calls their handlers. Handlers must be short.
final class EventLoop: Sendable {
    /// The process's one loop; nil when the kernel refuses an epoll set.
    static let shared = EventLoop()

    private typealias Handler = @Sendable () -> Void
    private struct State {
        var handlers: [UInt64: (descriptor: Descriptor, handler: Handler)] = [:]
        var lastToken: UInt64 = 0
    }

    private let epoll: Int32
    private let state = Mutex(State())

    private init?() {
        epoll = clinux_epoll_create()
        guard epoll >= 0 else { return nil }
        KernelThread.start { [self] in run() }
    }

    static func required() throws -> EventLoop {
        guard let shared else { throw HostError("create an epoll set", reason: "the kernel refused it") }
        return shared
    }

    /// Calls `handler` each time `descriptor` is readable, until `stop` is called with the returned token.
    /// - Parameter forWriting: calls it when `descriptor` is writable instead. A descriptor is watched once at a time.
    func watch(
        _ descriptor: Descriptor, forWriting: Bool = false, _ handler: @escaping @Sendable (UInt64) -> Void
    ) throws -> UInt64 {
        let token = state.withLock { state in
            state.lastToken += 1
            let token = state.lastToken
            state.handlers[token] = (descriptor, { handler(token) })
            return token
        }
        let status =
            forWriting
            ? clinux_epoll_add_writable(epoll, descriptor.number, token)
            : clinux_epoll_add(epoll, descriptor.number, token)
        guard status == 0 else {
            let error = HostError.last("watch a descriptor")
            state.withLock { _ = $0.handlers.removeValue(forKey: token) }
            throw error
        }
        return token
    }

    func stop(_ token: UInt64) {
        let entry = state.withLock { $0.handlers.removeValue(forKey: token) }
        if let entry { _ = clinux_epoll_remove(epoll, entry.descriptor.number) }
    }

    private func run() {
        var tokens = [UInt64](repeating: 0, count: 64)
        while true {
            let count = clinux_epoll_wait(epoll, &tokens, 64)
            guard count > 0 else { continue }
            for token in tokens[..<Int(count)] {
                state.withLock { $0.handlers[token]?.handler }?()
            }
        }
    }
}
