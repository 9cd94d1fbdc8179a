import NIOCore
import NIOPosix
import Testing
import WebSocket

@Suite("what a connection sends by itself", .timeLimit(.minutes(1))) struct HostileClientTests {
    private static let handshake =
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    /// Masked with zeros.
    private static func frame(_ opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0x80 | opcode, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
    }

    private static func connect(_ server: SocketServer) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// The bytes after the answer to the handshake.
    private static func answer(_ server: SocketServer, to frames: [UInt8]) async throws -> [UInt8] {
        let channel = try await connect(server)
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: Array(handshake.utf8) + frames))
            var received: [UInt8] = []
            for try await part in inbound { received += part.readableBytesView }
            let end = try #require(received.firstRange(of: Array("\r\n\r\n".utf8)))
            return Array(received[end.upperBound...])
        }
    }

    @Test(
        "a close frame is answered with its code, or 1002 where there is no such code",
        arguments: [
            ([], []), ([0x03, 0xE8], [0x03, 0xE8]), ([0x0F, 0xA0, 0x41], [0x0F, 0xA0]), ([0x03], [0x03, 0xEA]),
            ([0x03, 0xED], [0x03, 0xEA]), ([0x00, 0x00], [0x03, 0xEA]), ([0x13, 0x88], [0x03, 0xEA]),
            ([0x03, 0xE8, 0xFF], [0x03, 0xEA]),
        ] as [([UInt8], [UInt8])])
    func closeCodes(sent: [UInt8], expected: [UInt8]) async throws {
        try await SocketServer.run(handler: echo) { server in
            let answer = try await Self.answer(server, to: Self.frame(8, sent))
            #expect(answer == [0x88, UInt8(expected.count)] + expected)
        }
    }

    @Test("a reason is cut to what a frame holds, between scalars, however it is written")
    func longReasons() async throws {
        let flags = String(repeating: "\u{1F1E6}", count: 500_000)
        try await SocketServer.run(handler: { _ in throw WebSocketClosure(code: 4000, reason: flags) }) { server in
            let start = ContinuousClock.now
            let connection = try await server.connect()
            for try await _ in connection.messages {}
            #expect(connection.closing?.code == 4000)
            #expect(connection.closing?.reason == String(repeating: "\u{1F1E6}", count: 30))
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    /// Pings of a client that reads nothing would otherwise fill the memory with their answers.
    @Test("of many pings that could not be answered, the last is")
    func pings() async throws {
        let pings: UInt32 = 200_000
        try await SocketServer.run(handler: echo) { server in
            let channel = try await Self.connect(server)
            try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.handshake))
                let filling = [UInt8](repeating: 0, count: 121)
                for start in stride(from: 0, to: pings, by: 1000) {
                    var buffer = ByteBuffer()
                    for number in start..<start + 1000 {
                        buffer.writeBytes(Self.frame(9, withUnsafeBytes(of: number.bigEndian, Array.init) + filling))
                    }
                    try await outbound.write(buffer)
                }
                var received = ByteBuffer()
                let last = withUnsafeBytes(of: (pings - 1).bigEndian, Array.init)
                for try await part in inbound {
                    received.writeImmutableBuffer(part)
                    if received.readableBytesView.suffix(125).prefix(4).elementsEqual(last) { break }
                }
                // A pong has 127 bytes.
                #expect((1...Int(pings) / 2).contains(received.readableBytes / 127))
            }
        }
    }
}
