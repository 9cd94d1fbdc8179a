#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An address that a pod serves on: on every interface unless a host is given.
struct ServedAddress: Sendable, Hashable, CustomStringConvertible {
    /// nil: every address of the pod, of either family.
    var host: String?
    var port: Int

    init(host: String? = nil, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses `:PORT` or `HOST:PORT`.
    /// - Throws: `CommandError`.
    init(_ text: String) throws {
        guard text.hasPrefix(":") else {
            let address = try HostPort(text)
            self.init(host: address.host, port: address.port)
            return
        }
        self.init(port: try HostPort("every\(text)").port)
    }

    var description: String { host.map { HostPort(host: $0, port: port).description } ?? ":\(port)" }

    /// What to listen on: a socket of IPv6 takes IPv4 too, but a pod may have no IPv6 at all.
    var boundHost: String {
        if let host { return host }
        let hasIPv6 = FileManager.default.fileExists(atPath: "/proc/net/if_inet6")
        return hasIPv6 ? "::" : "0.0.0.0"
    }
}
