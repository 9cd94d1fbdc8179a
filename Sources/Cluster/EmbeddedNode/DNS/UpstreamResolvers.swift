import NIOCore
import NIOPosix

/// The host's resolvers, for names that are not the cluster's.
struct UpstreamResolvers: Sendable {
    /// Addresses of resolvers that must not be asked: ourselves.
    var excluded: Set<String> = []
    var timeout = Duration.seconds(2)
    var port = 53
    /// The text of `resolv.conf`, read anew for each question: networks of a laptop change.
    var configuration: @Sendable () -> String = ResolverConfiguration.hostText

    private var servers: [String] {
        ResolverConfiguration(parsing: configuration()).nameservers.filter { !excluded.contains($0) }
    }

    /// - Returns: the answer's bytes of the first resolver that answers; nil when none does.
    func resolve(_ query: [UInt8], overUDP: Bool = true) async -> [UInt8]? {
        for server in servers.prefix(3) {
            if let answer = await ask(server, query, overUDP: overUDP) { return answer }
            if Task.isCancelled { return nil }
        }
        return nil
    }

    private func ask(_ server: String, _ query: [UInt8], overUDP: Bool) async -> [UInt8]? {
        await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { overUDP ? try? await exchange(server, query) : try? await exchangeOverTCP(server, query) }
            group.addTask {
                try? await ContinuousClock().sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func exchange(_ server: String, _ query: [UInt8]) async throws -> [UInt8]? {
        let remote = try SocketAddress(ipAddress: server, port: port)
        let local = server.contains(":") ? "::" : "0.0.0.0"
        let channel = try await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: local, port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: query)))
            for try await envelope in inbound {
                let answer = Array(envelope.data.readableBytesView)
                // Only the resolver that was asked, and only to this question.
                if envelope.remoteAddress == remote, answer.starts(with: query.prefix(2)) { return answer }
            }
            return nil
        }
    }

    /// An answer that is too long for UDP is asked for again over TCP by the client, and so by us.
    private func exchangeOverTCP(_ server: String, _ query: [UInt8]) async throws -> [UInt8]? {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: server, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var message = ByteBuffer(integer: UInt16(clamping: query.count))
            message.writeBytes(query)
            try await outbound.write(message)
            var received = ByteBuffer()
            for try await var part in inbound {
                received.writeBuffer(&part)
                if let length = received.getInteger(at: 0, as: UInt16.self),
                    let answer = received.getBytes(at: 2, length: Int(length))
                {
                    return answer
                }
            }
            return nil
        }
    }
}
