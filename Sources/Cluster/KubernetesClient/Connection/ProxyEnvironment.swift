import Glibc

/// The proxy that a process' environment asks for, by the rules of Go's `net/http`, which kubectl follows.
struct ProxyEnvironment {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// The URL of the proxy to a server; nil for none.
    func proxy(for server: ServerURL) -> String? {
        guard let proxy = value(server.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY"),
            !isExempt(server.host.lowercased(), port: server.port ?? (server.scheme == "https" ? 443 : 80))
        else { return nil }
        return proxy.contains("://") ? proxy : "http://\(proxy)"
    }

    private func value(_ name: String) -> String? {
        [name, name.lowercased()].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    private func isExempt(_ host: String, port: Int) -> Bool {
        let address = Address(host)
        if host == "localhost" || address?.isLoopback == true { return true }
        let entries = (value("NO_PROXY") ?? "").lowercased().split(separator: ",")
        return entries.contains { entry in
            let entry = entry.filter { !$0.isWhitespace }
            return entry == "*" || Self.matches(entry, host: host, address: address, port: port)
        }
    }

    private static func matches(_ entry: String, host: String, address: Address?, port: Int) -> Bool {
        if let slash = entry.lastIndex(of: "/") {
            guard let address, let network = Address(String(entry[..<slash])),
                let length = Int(entry[entry.index(after: slash)...])
            else { return false }
            return address.isIn(network, prefix: length)
        }
        var name = entry
        if Address(entry) == nil, let colon = entry.lastIndex(of: ":"),
            let wanted = Int(entry[entry.index(after: colon)...])
        {
            guard wanted == port else { return false }
            name = String(entry[..<colon])
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        if let address, let other = Address(name) { return address == other }
        if name.hasPrefix("*.") { name.removeFirst() }
        guard !name.isEmpty else { return false }
        if name.hasPrefix(".") { return host.hasSuffix(name) }
        return host == name || host.hasSuffix(".\(name)")
    }

    /// The bytes of an IPv4 or IPv6 address.
    private struct Address: Equatable {
        var bytes: [UInt8]

        init?(_ text: String) {
            for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
                var bytes = [UInt8](repeating: 0, count: count)
                if inet_pton(family, text, &bytes) == 1 {
                    self.bytes = bytes
                    return
                }
            }
            return nil
        }

        var isLoopback: Bool {
            bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        }

        func isIn(_ network: Address, prefix: Int) -> Bool {
            guard bytes.count == network.bytes.count, (0...bytes.count * 8).contains(prefix) else { return false }
            return (0..<prefix).allSatisfy { bit in
                (bytes[bit / 8] ^ network.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }
}
