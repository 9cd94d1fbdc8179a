import Foundation

extension GitAddress {
    /// Host and port of `origin`; nil for files.
    /// - Throws: `CenterError.invalid`.
    func endpoint() throws(CenterError) -> (host: String, port: Int)? {
        guard transport != .file, let separator = origin.firstRange(of: "://") else { return nil }
        var host = origin[separator.upperBound...]
        var port: Substring = ""
        let end = host.hasPrefix("[") ? host.firstIndex(of: "]").map(host.index(after:)) : host.firstIndex(of: ":")
        if let end, end != host.endIndex {
            port = host[end...].dropFirst()
            guard host[end] == ":" else { throw Self.noHost }
            host = host[..<end]
        }
        if host.hasPrefix("[") {
            guard host.hasSuffix("]") else { throw Self.noHost }
            host = host.dropFirst().dropLast()
        }
        let standard = ["https": 443, "http": 80][String(origin[..<separator.lowerBound])] ?? 22
        guard !host.isEmpty, let number = port.isEmpty ? standard : Int(port), (1...65_535).contains(number) else {
            throw Self.noHost
        }
        return (String(host), number)
    }

    private static let noHost = CenterError.invalid("the repository's URL: it names no host and port")

    /// Looks up where the host is.
    /// - Parameter allowsLocal: whether it may be this server or its link.
    /// - Returns: `http.curloptResolve` of git, so that it goes where it was looked; nil where that is of no use.
    /// - Throws: `CenterError`.
    func resolution(allowsLocal: Bool) async throws -> String? {
        guard let (host, port) = try endpoint() else { return nil }
        let addresses = try await RemoteHost(name: host).addresses(allowsLocal: allowsLocal)
        guard !addresses.isEmpty else {
            // A proxy may know the name.
            if transport == .http && GitEnvironment.hasProxy { return nil }
            throw CenterError.unavailable("the host '\(host)' of the repository has no address")
        }
        guard transport == .http, !host.contains(":") else { return nil }
        return "\(host):\(port):" + addresses.map { $0.isIPv4 ? "\($0)" : "[\($0)]" }.joined(separator: ",")
    }
}
