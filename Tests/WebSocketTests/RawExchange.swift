import NIOCore
import NIOPosix
import Synchronization

final class Counter: Sendable {
    private let number = Mutex(0)
    var value: Int { number.withLock { $0 } }
    func add() { number.withLock { $0 += 1 } }
}

extension SocketServer {
    /// Sends text as it is and reads until the server closes.
    func exchange(_ text: String) async throws -> String {
        let received = Mutex("")
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }))
            do {
                for try await part in inbound { received.withLock { $0 += String(buffer: part) } }
            } catch is IOError {}  // cut by the server
        }
        return received.withLock { $0 }
    }
}
