import Glibc

/// A filter in the language of `nft(8)`, for one direction.
///
/// As the target sees it, the peer is the destination of what it sends and the source of what it receives; ports of the
/// target the other way round. IPv4 and IPv6, TCP and UDP are treated alike.
struct TrafficConditions: Sendable, Hashable {
    /// Alternatives, each a list of matches; what matches one of them is meant. One that is empty means everything.
    var alternatives: [String]
    /// What matches one of these is not meant, whatever the alternatives say.
    var exceptions: [String]

    /// - Throws: `InjectionError` for what is no address, and for host names.
    init(_ filter: TrafficFilter, outgoing: Bool) throws(InjectionError) {
        guard filter.hosts.isEmpty else {
            let names = filter.hosts.map(\.address).joined(separator: ", ")
            throw InjectionError(
                code: .helper, reason: "the host names \(names) are not resolved to addresses: resolve them first")
        }
        let protocols = Self.protocols(filter.protocols)
        let peerPort = outgoing ? "dport" : "sport"
        let ownPort = outgoing ? "sport" : "dport"
        exceptions = [
            Self.ports(peerPort, filter.excludedDestinationPorts), Self.ports(ownPort, filter.excludedSourcePorts),
        ].compactMap { $0 }
        guard exceptions.isEmpty else {
            alternatives = [protocols]
            return
        }
        var conditions: [String] = []
        for peer in filter.peers {
            let address = try Self.address(peer.address, outgoing: outgoing)
            conditions.append([address, Self.ports(peerPort, peer.ports)].compactMap { $0 }.joined(separator: " "))
        }
        conditions += [Self.ports(peerPort, filter.destinationPorts), Self.ports(ownPort, filter.sourcePorts)]
            .compactMap { $0 }
        alternatives =
            conditions.isEmpty
            ? [protocols] : conditions.map { protocols.isEmpty ? $0 : protocols + " " + $0 }
    }

    private static func protocols(_ protocols: [TrafficFilter.TransportProtocol]) -> String {
        let names = TrafficFilter.TransportProtocol.allCases.filter(protocols.contains).flatMap { name in
            switch name {
            case .tcp: ["tcp"]
            case .udp: ["udp"]
            case .icmp: ["icmp", "ipv6-icmp"]
            }
        }
        return names.isEmpty ? "" : "meta l4proto { \(names.joined(separator: ", ")) }"
    }

    private static func ports(_ side: String, _ ports: [UInt16]) -> String? {
        guard !ports.isEmpty else { return nil }
        let list = Set(ports).sorted().map(String.init).joined(separator: ", ")
        return "meta l4proto { tcp, udp } th \(side) { \(list) }"
    }

    /// The text is never passed on: an address is read, and written anew with its host bits cleared.
    private static func address(_ text: String, outgoing: Bool) throws(InjectionError) -> String {
        let side = outgoing ? "daddr" : "saddr"
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        for (family, keyword, size) in [(AF_INET, "ip", 4), (AF_INET6, "ip6", 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            guard inet_pton(family, String(parts[0]), &bytes) == 1 else { continue }
            guard let prefix = parts.count == 1 ? size * 8 : Int(parts[1]), (0...size * 8).contains(prefix) else {
                break
            }
            for index in bytes.indices {
                let kept = max(0, min(8, prefix - index * 8))
                bytes[index] &= UInt8(truncatingIfNeeded: 0xFF00 >> kept)
            }
            var buffer = [CChar](repeating: 0, count: 64)
            guard inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { break }
            let network = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // A prefix of 0 is no match for nft; the family alone is what it means.
            if prefix == 0 { return "meta protocol \(keyword)" }
            return "\(keyword) \(side) \(network)" + (prefix == size * 8 ? "" : "/\(prefix)")
        }
        throw InjectionError(
            code: .helper, reason: "\"\(text)\" is no IPv4 or IPv6 address or network (such as 10.0.0.0/8 or fd00::/8)")
    }
}
