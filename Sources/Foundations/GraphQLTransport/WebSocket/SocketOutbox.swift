import DequeModule
import Synchronization
import WebSocket

/// What waits to be sent on one connection, and the operations that it is about.
///
/// Bounded: the events of a subscription wait outside when too many of them are queued, and the connection's reader waits
/// while too much is queued at all.
final class SocketOutbox: Sendable {
    /// One operation. Its id may be used again when it has ended.
    struct Ticket: Hashable, Sendable {
        let id: String
        fileprivate let serial: Int
    }

    enum Opening: Sendable {
        case opened(Ticket)
        case duplicate
        case full
    }

    enum Offer: Sendable {
        case queued
        /// The operation has ended, or the client does not want it any more.
        case gone
        case overflow
    }

    private struct Item {
        let text: String
        /// Of what operation; nil for the connection itself.
        let ticket: Ticket?
        var size: Int { text.utf8.count }
    }

    private struct Operation {
        let serial: Int
        var task: Task<Void, Never>?
        /// Of a task that waits until something of its events has left.
        var waiter: AsyncStream<Void>.Continuation?
        var events = 0
        var bytes = 0
    }

    private struct State {
        var queue: Deque<Item> = []
        var bytes = 0
        var operations: [String: Operation] = [:]
        var lastSerial = 0
        var isAcknowledged = false
        var closing: WebSocketClosing?

        mutating func append(_ text: String, of ticket: Ticket? = nil) {
            guard closing == nil else { return }
            queue.append(Item(text: text, ticket: ticket))
            bytes += text.utf8.count
        }

        mutating func discard(serial: Int) {
            queue.removeAll { item in
                guard item.ticket?.serial == serial else { return false }
                bytes -= item.size
                return true
            }
        }

        func isOpen(_ ticket: Ticket) -> Bool { operations[ticket.id]?.serial == ticket.serial }
    }

    private let state = Mutex(State())
    private let maximumOperations: Int
    private let bufferedEvents: Int
    private let bufferedBytes: Int
    private let work: AsyncStream<Void>
    private let workSignal: AsyncStream<Void>.Continuation
    /// Yields when the reader may look again whether there is room.
    let room: AsyncStream<Void>
    private let roomSignal: AsyncStream<Void>.Continuation
    /// Yields once, when the connection is to be closed.
    let ending: AsyncStream<Void>
    private let endingSignal: AsyncStream<Void>.Continuation

    init(_ settings: GraphQLTransportSettings) {
        maximumOperations = settings.operations
        bufferedEvents = settings.bufferedEvents
        bufferedBytes = settings.bufferedBytes
        (work, workSignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (room, roomSignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (ending, endingSignal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: The connection

    var isAcknowledged: Bool { state.withLock(\.isAcknowledged) }
    var isEnding: Bool { state.withLock { $0.closing != nil } }
    var isFull: Bool { state.withLock { $0.bytes > bufferedBytes } }
    var isIdle: Bool { state.withLock { $0.queue.isEmpty } }

    func acknowledge(_ text: String) {
        state.withLock {
            $0.isAcknowledged = true
            $0.append(text)
        }
        workSignal.yield()
    }

    /// Sends something that belongs to no operation.
    func post(_ text: String) {
        state.withLock { $0.append(text) }
        workSignal.yield()
    }

    /// Closes the connection when everything has been sent, or only `last` after what is being sent. The first call counts.
    func end(_ closing: WebSocketClosing, last: String? = nil) {
        state.withLock { state in
            guard state.closing == nil else { return }
            state.queue.removeAll()
            state.bytes = 0
            if let last { state.append(last) }
            state.closing = closing
        }
        workSignal.yield()
        endingSignal.yield()
        roomSignal.yield()
    }

    // MARK: Operations

    func open(_ id: String) -> Opening {
        state.withLock { state in
            guard state.operations[id] == nil else { return .duplicate }
            guard state.operations.count < maximumOperations else { return .full }
            state.lastSerial += 1
            state.operations[id] = Operation(serial: state.lastSerial)
            return .opened(Ticket(id: id, serial: state.lastSerial))
        }
    }

    /// Lets ``drop(_:)`` cancel the task of an operation, unless that has ended.
    func attach(_ task: Task<Void, Never>, to ticket: Ticket) {
        state.withLock { state in
            guard state.isOpen(ticket) else { return }
            state.operations[ticket.id]?.task = task
        }
    }

    /// Queues an event of a subscription.
    func offer(_ text: String, of ticket: Ticket) -> Offer {
        let offer = state.withLock { state -> Offer in
            guard state.isOpen(ticket), var operation = state.operations[ticket.id] else { return .gone }
            let size = text.utf8.count
            guard
                operation.events == 0 || (operation.events < bufferedEvents && operation.bytes + size <= bufferedBytes)
            else { return .overflow }
            operation.events += 1
            operation.bytes += size
            state.operations[ticket.id] = operation
            state.append(text, of: ticket)
            return .queued
        }
        if case .queued = offer { workSignal.yield() }
        return offer
    }

    /// Waits until one of the queued events of an operation has left; returns at once when there is none, or when the task
    /// is cancelled.
    func room(for ticket: Ticket) async {
        let (stream, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let waits = state.withLock { state -> Bool in
            guard state.isOpen(ticket), let operation = state.operations[ticket.id], operation.events > 0 else {
                return false
            }
            state.operations[ticket.id]?.waiter = signal
            return true
        }
        guard waits else { return }
        for await _ in stream { return }
    }

    /// Ends an operation with its last messages; nothing is sent when the client has ended it.
    /// - Parameter closing: ends the connection too, when everything has been sent.
    func finish(
        _ ticket: Ticket, _ last: [String], discardingEvents: Bool = false, closing: WebSocketClosing? = nil
    ) {
        let isEnd = state.withLock { state -> Bool in
            guard state.isOpen(ticket) else { return false }
            state.operations[ticket.id] = nil
            if discardingEvents { state.discard(serial: ticket.serial) }
            for text in last { state.append(text, of: ticket) }
            guard let closing, state.closing == nil else { return false }
            state.closing = closing
            return true
        }
        workSignal.yield()
        guard isEnd else { return }
        endingSignal.yield()
        roomSignal.yield()
    }

    /// Ends an operation because the client wants so: what it has queued is not sent, its task is cancelled.
    /// - Returns: whether there was such an operation.
    func drop(_ id: String) -> Bool {
        let operation = state.withLock { state -> Operation? in
            guard let operation = state.operations.removeValue(forKey: id) else { return nil }
            state.discard(serial: operation.serial)
            return operation
        }
        operation?.task?.cancel()
        roomSignal.yield()
        return operation != nil
    }

    // MARK: The writer

    /// Sends until the end. To be called once.
    /// - Returns: how to close; nil when nothing can be sent any more.
    func drain(_ send: (String) async throws -> Void) async -> WebSocketClosing? {
        for await _ in work {
            while let text = next() {
                guard (try? await send(text)) != nil else { return nil }
            }
            if let closing = state.withLock(\.closing) { return closing }
        }
        return nil
    }

    private func next() -> String? {
        let (item, waiter, hasRoom) = state.withLock { state -> (Item?, AsyncStream<Void>.Continuation?, Bool) in
            guard let item = state.queue.popFirst() else { return (nil, nil, true) }
            var waiter: AsyncStream<Void>.Continuation?
            state.bytes -= item.size
            // Only of operations that are still open the events are counted.
            if let ticket = item.ticket, state.isOpen(ticket) {
                state.operations[ticket.id]?.events -= 1
                state.operations[ticket.id]?.bytes -= item.size
                waiter = state.operations[ticket.id]?.waiter.take()
            }
            return (item, waiter, state.bytes <= bufferedBytes)
        }
        waiter?.yield()
        if hasRoom { roomSignal.yield() }
        return item?.text
    }
}
