import ChaosAPI
import Faults
import Injection
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Replaces the host names of traffic filters by their addresses, as the runner's pod sees them.
struct HostResolver: Sendable {
    /// All addresses of a name, in numbers; empty when it has none.
    var lookUp: @Sendable (String) async -> [String] = HostResolver.system

    /// - Throws: `FaultError` when names are given and none of them has an address.
    func resolve(_ step: Step, logger: Logger) async throws -> Step {
        guard case .machine(.loseTraffic(var loss)) = step, !loss.filter.hosts.isEmpty else { return step }
        var peers: [TrafficFilter.Peer] = []
        for host in loss.filter.hosts {
            let addresses = await lookUp(host.address)
            if addresses.isEmpty { logger.warning("unknown host left out", metadata: ["host": "\(host.address)"]) }
            peers += addresses.map { TrafficFilter.Peer(address: $0, ports: host.ports) }
        }
        guard !peers.isEmpty else {
            let names = loss.filter.hosts.map(\.address).joined(separator: ", ")
            throw FaultError(
                .generic, "provided hosts are invalid, unable to resolve: DESTINATION_HOSTS names \(names)")
        }
        for peer in peers where !loss.filter.peers.contains(peer) { loss.filter.peers.append(peer) }
        loss.filter.hosts = []
        return .machine(.loseTraffic(loss))
    }

    /// `getaddrinfo(3)` blocks, so it gets a thread that may wait.
    private static let system: @Sendable (String) async -> [String] = { name in
        await withCheckedContinuation { continuation in
            let thread = Task.detached(priority: .utility) { addresses(of: name) }
            Task { continuation.resume(returning: await thread.value) }
        }
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
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let isRead =
                getnameinfo(
                    entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                    NI_NUMERICHOST) == 0
            if isRead {
                let address = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                if !found.contains(address) { found.append(address) }
            }
            next = entry.pointee.ai_next
        }
        return found
    }
}
