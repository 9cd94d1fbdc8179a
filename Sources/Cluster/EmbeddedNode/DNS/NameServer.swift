import Logging
import NIOCore
import NIOPosix

/// The cluster's name server, over UDP and TCP.
struct NameServer: Sendable {
    private typealias Packets = NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>
    private typealias Bytes = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let dns: NodeConfiguration.DNS
    private let zone: ClusterZone
    private let services: @Sendable () -> ServiceTable
    private let upstream: UpstreamResolvers
    private let logger: Logger

    init(_ dns: NodeConfiguration.DNS, zone: ClusterZone, services: ServiceDirectory, logger: Logger) {
        self.init(
            dns, zone: zone, services: { services.table },
            upstream: UpstreamResolvers(excluded: [dns.listen.host, dns.address]), logger: logger)
    }

    init(
        _ dns: NodeConfiguration.DNS, zone: ClusterZone, services: @escaping @Sendable () -> ServiceTable,
        upstream: UpstreamResolvers, logger: Logger
    ) {
        self.dns = dns
        self.zone = zone
        self.services = services
        self.upstream = upstream
        self.logger = logger
    }

    /// Answers until the task is cancelled.
    /// - Parameter ready: told the port once both sockets are bound.
    /// - Throws: `NameServerError` when the address cannot be bound.
    func run(ready: @Sendable (Int) -> Void = { _ in }) async throws {
        let packets: Packets
        let connections: NIOAsyncChannel<Bytes, Never>
        let port: Int
        do {
            packets = try await bindPackets()
            port = packets.channel.localAddress?.port ?? dns.listen.port
            connections = try await bindConnections(port: port)
        } catch {
            throw NameServerError(listen: dns.listen, cause: error)
        }
        ready(port)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await serve(packets) }
            group.addTask {
                try await connections.executeThenClose { inbound in
                    await withDiscardingTaskGroup { clients in
                        do {
                            for try await client in inbound { clients.addTask { await serve(client) } }
                        } catch {
                            logger.debug("name server's listener ended", metadata: ["error": "\(error)"])
                        }
                        clients.cancelAll()
                    }
                }
            }
        }
    }

    private func bindPackets() async throws -> Packets {
        try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: dns.listen.host, port: dns.listen.port) { channel in
                channel.eventLoop.makeCompletedFuture { try Packets(wrappingChannelSynchronously: channel) }
            }
    }

    private func bindConnections(port: Int) async throws -> NIOAsyncChannel<Bytes, Never> {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: dns.listen.host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Bytes(wrappingChannelSynchronously: channel) }
            }
    }

    private func serve(_ packets: Packets) async throws {
        try await packets.executeThenClose { inbound, outbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await packet in inbound {
                    group.addTask {
                        guard let answer = await answer(Array(packet.data.readableBytesView), overUDP: true)
                        else { return }
                        // A client that went away is not our failure.
                        try? await outbound.write(
                            AddressedEnvelope(remoteAddress: packet.remoteAddress, data: ByteBuffer(bytes: answer)))
                    }
                }
            }
        }
    }

    /// Messages over TCP have their length in front, RFC 7766.
    private func serve(_ client: Bytes) async {
        do {
            try await client.executeThenClose { inbound, outbound in
                var buffer = ByteBuffer()
                for try await var part in inbound {
                    buffer.writeBuffer(&part)
                    while let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self),
                        let message = buffer.getBytes(at: buffer.readerIndex + 2, length: Int(length))
                    {
                        buffer.moveReaderIndex(forwardBy: 2 + Int(length))
                        guard let answer = await answer(message, overUDP: false) else { continue }
                        var output = ByteBuffer()
                        output.writeInteger(UInt16(clamping: answer.count))
                        output.writeBytes(answer)
                        try await outbound.write(output)
                    }
                    buffer.discardReadBytes()
                }
            }
        } catch {
            logger.debug("name server's client ended", metadata: ["error": "\(error)"])
        }
    }

    /// - Returns: nil for what is no question at all.
    func answer(_ message: [UInt8], overUDP: Bool) async -> [UInt8]? {
        let query: DNSQuery
        do {
            query = try DNSQuery(parsing: message)
        } catch {
            switch error {
            case .ignore: return nil
            case .formatError(let id): return DNSAnswer.error(.formatError, id: id)
            case .notImplemented(let id): return DNSAnswer.error(.notImplemented, id: id)
            }
        }
        let limit = overUDP ? query.udpLimit : 65_535
        if let answer = zone.answer(query, in: services()) { return answer.encoded(to: query, limit: limit) }
        if let answer = await upstream.resolve(message, overUDP: overUDP) { return answer }
        return DNSAnswer(code: .serverFailure, isAuthoritative: false).encoded(to: query, limit: limit)
    }
}

/// The cluster's name server could not start.
public struct NameServerError: Error, Sendable, CustomStringConvertible {
    public let listen: NodeConfiguration.Endpoint
    public let cause: any Error

    public var description: String {
        "the cluster's name server cannot listen on \(listen.host):\(listen.port): \(cause). If another name server on "
            + "this machine takes all addresses, let it listen on the addresses that it needs only"
    }
}
