/// A range of IPv4 addresses in CIDR notation.
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    let first: UInt32
    let prefix: Int

    /// - Parameter text: such as `10.96.0.0/16`, with at least four addresses.
    public init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let prefix = Int(parts[1]), (1...30).contains(prefix),
            let address = Self.number(String(parts[0]))
        else { return nil }
        self.prefix = prefix
        first = address & ~(UInt32.max >> UInt32(prefix))
    }

    /// Kubernetes' usual range for services.
    public static let services = AddressRange(first: 10 << 24 | 96 << 16, prefix: 16)

    private init(first: UInt32, prefix: Int) {
        self.first = first
        self.prefix = prefix
    }

    /// Usable addresses are `first + 1 ..< first + size - 1`.
    var size: UInt32 { 1 << UInt32(32 - prefix) }

    func contains(_ address: UInt32) -> Bool { address > first && address < first + (size - 1) }

    /// The first usable address: that of the `kubernetes` Service.
    public var firstAddress: String { Self.text(first + 1) }

    public var description: String { "\(Self.text(first))/\(prefix)" }

    static func number(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.reduce(UInt32?(0)) { total, part in
            guard let total, let part else { return nil }
            return total << 8 | UInt32(part)
        }
    }

    static func text(_ number: UInt32) -> String {
        [24, 16, 8, 0].map { String(number >> UInt32($0) & 255) }.joined(separator: ".")
    }
}
