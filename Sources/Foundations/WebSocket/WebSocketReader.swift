import NIOCore
import Synchronization

/// Pulls the messages of a connection. Giving it up closes the connection.
final class WebSocketReader: @unchecked Sendable {  // why: `isBusy` lets in one reader at a time, and nothing changes
    typealias Producer = NIOThrowingAsyncSequenceProducer<
        WebSocketMessage, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, Demand
    >

    /// Tells the event loop what the reader wants.
    struct Demand: NIOAsyncSequenceProducerDelegate {
        let channel: any Channel

        func produceMore() {
            channel.triggerUserOutboundEvent(WebSocketHandler.Command.resume, promise: nil)
        }

        func didTerminate() {
            channel.triggerUserOutboundEvent(WebSocketHandler.Command.close(.goingAway), promise: nil)
        }
    }

    private let iterator: Producer.AsyncIterator
    private let isBusy = Mutex(false)

    init(_ sequence: Producer) { iterator = sequence.makeAsyncIterator() }

    func next() async throws -> WebSocketMessage? {
        let isFree = isBusy.withLock { busy in
            defer { busy = true }
            return !busy
        }
        guard isFree else { throw WebSocketError.readTwice }
        defer { isBusy.withLock { $0 = false } }
        let message = try await iterator.next()
        if message == nil { try Task.checkCancellation() }
        return message
    }
}
