/// An IPv4 address.
public struct IPv4Address: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var value: UInt32

    public init(value: UInt32) {
        self.value = value
    }

    /// Four decimal numbers; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard part.utf8.allSatisfy({ (48...57).contains($0) }), let byte = UInt8(part) else { return nil }
            value = value << 8 | UInt32(byte)
        }
        self.value = value
    }

    public var description: String {
        "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
    }

    public static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.value < right.value }
}

/// A range of IPv4 addresses in CIDR notation.
public struct IPv4Subnet: Sendable, Hashable, CustomStringConvertible {
    /// The first address.
    public var network: IPv4Address
    /// 0...32.
    public var prefix: Int

    /// Host bits are cleared.
    public init(network: IPv4Address, prefix: Int) {
        self.prefix = max(0, min(32, prefix))
        self.network = IPv4Address(value: network.value & Self.mask(self.prefix))
    }

    /// `10.128.0.0/22`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(parts[0]), let prefix = Int(parts[1]),
            (0...32).contains(prefix)
        else { return nil }
        self.init(network: address, prefix: prefix)
    }

    public var description: String { "\(network)/\(prefix)" }

    public var last: IPv4Address { IPv4Address(value: network.value | ~Self.mask(prefix)) }

    public func contains(_ address: IPv4Address) -> Bool {
        address.value & Self.mask(prefix) == network.value
    }

    public func overlaps(_ other: IPv4Subnet) -> Bool {
        contains(other.network) || other.contains(network)
    }

    private static func mask(_ prefix: Int) -> UInt32 {
        prefix == 0 ? 0 : UInt32.max << UInt32(32 - prefix)
    }
}

/// The host's IPv4 routes.
public struct IPv4Route: Sendable, Hashable {
    public var device: String
    public var destination: IPv4Subnet

    /// The main table, from `/proc/net/route`.
    public static func all() -> [IPv4Route] {
        guard let text = try? FileTree.readText("/proc/net/route") else { return [] }
        return text.split(separator: "\n").dropFirst().compactMap(IPv4Route.init(line:))
    }

    /// A line of `/proc/net/route`: addresses are hexadecimal in the machine's byte order.
    init?(line: Substring) {
        let fields = line.split(whereSeparator: \.isWhitespace)
        guard fields.count > 7, let destination = UInt32(fields[1], radix: 16), let mask = UInt32(fields[7], radix: 16)
        else { return nil }
        device = String(fields[0])
        self.destination = IPv4Subnet(
            network: IPv4Address(value: UInt32(bigEndian: destination)),
            prefix: UInt32(bigEndian: mask).nonzeroBitCount)
    }
}
