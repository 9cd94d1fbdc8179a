import NIOCore
import NIOPosix

/// A TCP connection that says what no client would, and then that it says no more.
struct RawConnection: Sendable {
    enum Outcome: Sendable {
        /// The server closed, after these bytes (the first ones of many).
        case closed([UInt8])
        /// It did not, in time.
        case stillOpen
    }

    let port: Int
    /// Between the parts.
    var pause = Duration.zero
    /// Whether the parts after the first wait until the server has answered it.
    var waitsForAnswer = true
    /// For the server to close, from the beginning.
    var limit = Duration.seconds(10)

    func exchange(_ parts: [[UInt8]]) async throws -> Outcome {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return await withTaskGroup(of: Outcome.self) { group in
            group.addTask { .closed(await talk(parts, channel)) }
            group.addTask {
                try? await Task.sleep(for: limit)
                return .stillOpen
            }
            let outcome = await group.next() ?? .stillOpen
            group.cancelAll()
            return outcome
        }
    }

    private func talk(_ parts: [[UInt8]], _ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async -> [UInt8] {
        var received: [UInt8] = []
        do {
            try await channel.executeThenClose { inbound, outbound in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let (answered, signal) = AsyncStream<Void>.makeStream()
                    group.addTask { await send(parts, outbound, answered) }
                    do {
                        for try await part in inbound {
                            if received.count < 1 << 16 { received += part.readableBytesView }
                            signal.yield()
                        }
                    } catch is IOError {}  // cut by the server
                    signal.finish()
                    try await group.waitForAll()
                }
            }
        } catch {}  // The server may close while the client still sends.
        return received
    }

    private func send(
        _ parts: [[UInt8]], _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, _ answered: AsyncStream<Void>
    ) async {
        do {
            for (index, part) in parts.enumerated() {
                if index == 1, waitsForAnswer {
                    for await _ in answered { break }
                }
                try await outbound.write(ByteBuffer(bytes: part))
                if pause > .zero { try await Task.sleep(for: pause) }
            }
        } catch {}
        outbound.finish()
    }
}
