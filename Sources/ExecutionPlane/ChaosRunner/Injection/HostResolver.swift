import ChaosAPI
import Faults
import Glibc
import Host
import Injection
import Logging

/// Replaces the host names of traffic filters by their addresses, as the runner's pod sees them.
struct HostResolver: Sendable {
    /// All addresses of a name, in numbers; empty when it has none.
    var lookUp: @Sendable (String) async -> [String] = HostResolver.system

    /// - Throws: `FaultError` when names are given and none of them has an address; `CancellationError`.
    func resolve(_ step: Step, logger: Logger) async throws -> Step {
        guard case .machine(.loseTraffic(var loss)) = step, !loss.filter.hosts.isEmpty else { return step }
        var peers: [TrafficFilter.Peer] = []
        for host in loss.filter.hosts {
            let addresses = await lookUp(host.address)
            try Task.checkCancellation()
            if addresses.isEmpty { logger.warning("unknown host left out", metadata: ["host": "\(host.address)"]) }
            peers += addresses.map { TrafficFilter.Peer(address: $0, ports: host.ports) }
        }
        // Without any condition a filter means all traffic, so no name may be lost in silence.
        guard !peers.isEmpty else {
            let names = loss.filter.hosts.map(\.address).joined(separator: ", ")
            throw FaultError(
                .generic, "provided hosts are invalid, unable to resolve: DESTINATION_HOSTS names \(names)")
        }
        for peer in peers where !loss.filter.peers.contains(peer) { loss.filter.peers.append(peer) }
        loss.filter.hosts = []
        return .machine(.loseTraffic(loss))
    }

    /// `getaddrinfo(3)` blocks for as long as name servers are silent, so it gets a thread of its own, which an abort does
    /// not wait for.
    private static let system: @Sendable (String) async -> [String] = { name in
        let (found, continuation) = AsyncStream<[String]>.makeStream()
        Task {
            continuation.yield((try? await KernelThread.run { addresses(of: name) }) ?? [])
            continuation.finish()
        }
        for await addresses in found { return addresses }
        return []
    }

    private static func addresses(of name: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next = list
        while let entry = next {
            if let address = numeric(entry.pointee), !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return found
    }

    private static func numeric(_ entry: addrinfo) -> String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(
                entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
        else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
