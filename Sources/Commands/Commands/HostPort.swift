/// An address to listen on.
struct HostPort: Sendable, Hashable {
    var host: String
    var port: Int

    /// A free port of the loopback interface.
    static let anyLocalPort = HostPort(host: "127.0.0.1", port: 0)

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses `HOST:PORT` or `[IPV6]:PORT`; port 0 takes any free one.
    /// - Throws: `CommandError`.
    init(_ text: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { throw CommandError("'\(text)' is no address to listen on; write HOST:PORT, such as 127.0.0.1:6443") }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else {
            throw CommandError("'\(text)' names no host; write HOST:PORT, such as 127.0.0.1:6443")
        }
        self.init(host: host, port: port)
    }
}

extension HostPort: CustomStringConvertible {
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
