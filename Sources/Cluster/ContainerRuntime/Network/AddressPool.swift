import Host

/// Hands out the addresses of a subnet in a circle, so that one just returned is not used again at once: peers may still
/// hold connections to it.
struct AddressPool: Sendable {
    let subnet: IPv4Subnet
    /// The first address, the node's own.
    let gateway: IPv4Address
    private var used: Set<IPv4Address> = []
    private var next: UInt32

    init(_ subnet: IPv4Subnet) {
        self.subnet = subnet
        gateway = IPv4Address(value: subnet.network.value + 1)
        next = gateway.value + 1
    }

    /// Every address that a pod can have.
    var addresses: ClosedRange<UInt32> { gateway.value + 1...subnet.last.value - 1 }

    /// nil when all are taken.
    mutating func take() -> IPv4Address? {
        for _ in addresses {
            let address = IPv4Address(value: next)
            next = next == addresses.upperBound ? addresses.lowerBound : next + 1
            if used.insert(address).inserted { return address }
        }
        return nil
    }

    mutating func giveBack(_ address: IPv4Address) {
        used.remove(address)
    }
}

/// Chooses a range of pod addresses that nobody on this machine uses.
enum SubnetChoice {
    /// The ranges from which clusters take theirs: 4,096 of 1,022 addresses each.
    static let pool = IPv4Subnet(network: IPv4Address(value: 10 << 24 | 128 << 16), prefix: 10)
    static let prefix = 22

    /// The first free range from a start that depends on the id, so that a cluster tends to keep its range.
    /// - Parameter taken: routes of the host and ranges of other clusters.
    static func choose(for id: ClusterID, avoiding taken: [IPv4Subnet]) -> IPv4Subnet? {
        let count: UInt32 = 1 << UInt32(prefix - pool.prefix)
        let start = id.description.utf8.reduce(UInt32(7)) { ($0 &* 31 &+ UInt32($1)) % count }
        for offset in 0..<count {
            let index = (start + offset) % count
            let network = IPv4Address(value: pool.network.value + index << UInt32(32 - prefix))
            let candidate = IPv4Subnet(network: network, prefix: prefix)
            if !taken.contains(where: candidate.overlaps) { return candidate }
        }
        return nil
    }

    /// The host's routes but for the default one, which covers everything.
    static func routed() -> [IPv4Subnet] {
        IPv4Route.all().map(\.destination).filter { $0.prefix > 0 }
    }
}
