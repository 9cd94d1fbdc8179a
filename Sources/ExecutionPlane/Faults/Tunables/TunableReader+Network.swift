import Injection

/// Which traffic a network fault means: the variables that all of them share.
extension TunableReader {
    /// `NETWORK_INTERFACE`.
    public func networkInterface() throws(FaultError) -> String {
        let name = string("NETWORK_INTERFACE", default: "eth0")
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        // The kernel's bound (IFNAMSIZ) is 16 bytes with the zero at the end.
        guard isPlain, name.utf8.count <= 15, name != ".", name != ".." else {
            throw .badValue(
                "NETWORK_INTERFACE", name,
                expected: "the name of one interface of the pod (eth0): up to 15 letters, digits, '.', '_' and '-'")
        }
        return name
    }

    /// `NETWORK_TRAFFIC_DIRECTION`.
    public func trafficDirection() throws(FaultError) -> TrafficDirection {
        try choice("NETWORK_TRAFFIC_DIRECTION", default: .egress)
    }

    /// `DESTINATION_IPS`, `DESTINATION_HOSTS`, `DESTINATION_PORTS`, `SOURCE_PORTS` and `NETWORK_PROTOCOLS`. Host names
    /// stay names. With excluded ports the other conditions do not count, so they are checked and left out.
    public func trafficFilter() throws(FaultError) -> TrafficFilter {
        let addresses = try peers(
            "DESTINATION_IPS", expected: "addresses or networks, each also with ports (10.0.0.0/8, fd00::1|80|443)",
            where: NetworkAddress.isValid)
        let named = try peers(
            "DESTINATION_HOSTS", expected: "host names, each also with ports (example.org, db.shop.svc|5432)",
            where: { NetworkAddress.isHostName($0) || NetworkAddress.isValid($0) })
        let destination = try ports("DESTINATION_PORTS")
        let source = try ports("SOURCE_PORTS")
        let protocols = try self.protocols()
        guard !destination.isExcluded, !source.isExcluded else {
            return TrafficFilter(
                excludedDestinationPorts: destination.isExcluded ? destination.ports : [],
                excludedSourcePorts: source.isExcluded ? source.ports : [], protocols: protocols)
        }
        // An address needs no name server.
        return TrafficFilter(
            peers: unique(addresses + named.filter { NetworkAddress.isValid($0.address) }),
            hosts: named.filter { !NetworkAddress.isValid($0.address) },
            destinationPorts: destination.ports, sourcePorts: source.ports, protocols: protocols)
    }

    private func protocols() throws(FaultError) -> [TrafficFilter.TransportProtocol] {
        var chosen: [TrafficFilter.TransportProtocol] = []
        for text in list("NETWORK_PROTOCOLS") {
            guard let known = TrafficFilter.TransportProtocol(rawValue: text.lowercased()) else {
                throw .badValue("NETWORK_PROTOCOLS", text, expected: "tcp, udp, icmp, or several of them")
            }
            chosen.append(known)
        }
        return unique(chosen)
    }

    /// A list of `peer` or `peer|port|port`.
    private func peers(
        _ name: String, expected: String, where isAllowed: (String) -> Bool
    ) throws(FaultError) -> [TrafficFilter.Peer] {
        var peers: [TrafficFilter.Peer] = []
        for text in list(name) {
            let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmed)
            guard let address = parts.first, isAllowed(address) else { throw .badValue(name, text, expected: expected) }
            var ports: [UInt16] = []
            for part in parts.dropFirst() {
                guard let port = Self.port(part) else {
                    throw .badValue(name, text, expected: "ports from 1 to 65535 after each '|'")
                }
                ports.append(port)
            }
            peers.append(TrafficFilter.Peer(address: address, ports: unique(ports)))
        }
        return unique(peers)
    }

    /// A list of ports; a `!` before the first, or before each, makes it those to leave alone.
    private func ports(_ name: String) throws(FaultError) -> (ports: [UInt16], isExcluded: Bool) {
        let items = list(name)
        let isExcluded = items.first?.hasPrefix("!") ?? false
        var ports: [UInt16] = []
        for item in items {
            let text = isExcluded && item.hasPrefix("!") ? item.dropFirst().trimmed : item
            guard let port = Self.port(text) else {
                throw .badValue(
                    name, string(name),
                    expected: "ports from 1 to 65535 (80,443), or with a '!' in front those to leave alone (!53,443)")
            }
            ports.append(port)
        }
        return (unique(ports), isExcluded)
    }

    private static func port(_ text: String) -> UInt16? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(text), port > 0 else { return nil }
        return port
    }
}

/// Each once, in the order of their first occurrence.
private func unique<T: Hashable>(_ values: [T]) -> [T] {
    var seen: Set<T> = []
    return values.filter { seen.insert($0).inserted }
}
