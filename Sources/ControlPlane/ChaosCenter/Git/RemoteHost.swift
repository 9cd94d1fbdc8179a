import Foundation
import Host

/// A host that somebody names for this server to fetch from.
///
/// It must not lead to what only this server can reach: its own loopback interface, and its link, where clouds answer
/// with credentials. Private networks are reached, as in-house servers are there.
struct RemoteHost: Sendable, Hashable {
    let name: String

    /// Whoever fetches should use these addresses and not ask again: the next answer may be another one.
    /// - Parameter allowsLocal: whether it may be this server or its link.
    /// - Returns: none when the name has none.
    /// - Throws: `CenterError.invalid` when one of them is not to be reached.
    func addresses(allowsLocal: Bool) async throws -> [NetworkAddress] {
        let name = name
        let found = try await KernelThread.run { NetworkAddress.resolve(name) }
        guard allowsLocal || !found.contains(where: \.isLocal) else {
            throw CenterError.invalid(
                "the host '\(name.prefix(300))' is this server itself or on its link, where nothing is fetched from")
        }
        return found
    }
}

/// An IPv4 or IPv6 address.
struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16, the highest first.
    let bytes: [UInt8]
    let description: String

    var isIPv4: Bool { bytes.count == 4 }

    /// Of this host or of its link.
    var isLocal: Bool {
        if isIPv4 { return Self.isLocal(bytes[...]) }
        if let inner = embedded { return Self.isLocal(inner) }
        return bytes.first == 0xFE && bytes[1] & 0xC0 == 0x80 || bytes == Self.metadata
    }

    private static func isLocal(_ address: ArraySlice<UInt8>) -> Bool {
        guard let first = address.first else { return true }
        return [0, 127].contains(first) || address.starts(with: [169, 254])
    }

    /// The IPv4 address that this one stands for: mapped and compatible ones, of which `::` and `::1` are two, and
    /// those of NAT64 and 6to4.
    private var embedded: ArraySlice<UInt8>? {
        let zeros = [UInt8](repeating: 0, count: 12)
        let prefixes: [[UInt8]] = [
            zeros, zeros.dropLast(2) + [0xFF, 0xFF], [0, 0x64, 0xFF, 0x9B] + zeros.dropLast(4),
        ]
        if prefixes.contains(where: { bytes.starts(with: $0) }) { return bytes[12...] }
        return bytes.starts(with: [0x20, 0x02]) ? bytes[2..<6] : nil
    }

    /// `fd00:ec2::254`, where EC2 answers with credentials.
    private static let metadata: [UInt8] = [0xFD, 0, 0x0E, 0xC2] + [UInt8](repeating: 0, count: 10) + [0x02, 0x54]

    /// Blocks for as long as name servers are silent.
    static func resolve(_ name: String) -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var next = list
        while let entry = next {
            if let address = NetworkAddress(entry.pointee), !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return found
    }

    private init?(_ entry: addrinfo) {
        guard let address = entry.ai_addr else { return nil }
        let raw = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
        // `sockaddr_in`: family, port, address. `sockaddr_in6`: family, port, flow, address.
        let place: Range<Int>? =
            switch entry.ai_family {
            case AF_INET: 4..<8
            case AF_INET6: 8..<24
            default: nil
            }
        guard let place, raw.count >= place.upperBound else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(address, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
        else { return nil }
        bytes = Array(raw[place])
        description = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
