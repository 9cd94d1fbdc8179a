/// The parts of an API server's or proxy's URL.
struct ServerURL: Hashable, Sendable {
    struct ParseError: Error, Hashable {
        var message: String
    }

    var scheme: String
    /// `user:password`, percent-decoded not.
    var userInfo: String?
    /// Without the brackets of an IPv6 address.
    var host: String
    var port: Int?
    /// A prefix for all paths, without a slash at the end; mostly empty.
    var path: String

    init(_ text: String, schemes: [String] = ["https", "http"]) throws(ParseError) {
        guard let separator = text.firstRange(of: "://"),
            schemes.contains(text[..<separator.lowerBound].lowercased())
        else {
            throw ParseError(
                message:
                    "\"\(text)\" is no URL that begins with \(schemes.map { "\($0)://" }.joined(separator: " or "))")
        }
        scheme = text[..<separator.lowerBound].lowercased()
        let rest = text[separator.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" || $0.isWhitespace }) else {
            throw ParseError(message: "\"\(text)\" must end with the port or the path")
        }
        var authority = rest.prefix { $0 != "/" }
        path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        if let at = authority.lastIndex(of: "@") {
            userInfo = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        var portText: Substring?
        if authority.first == "[", let end = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            let tail = authority[authority.index(after: end)...]
            if !tail.isEmpty { portText = tail.dropFirst() }
        } else {
            host = String(authority.prefix { $0 != ":" })
            if authority.count > host.count { portText = authority.dropFirst(host.count + 1) }
        }
        if let portText {
            guard let number = Int(portText), (1...65535).contains(number) else {
                throw ParseError(message: "\"\(text)\" has no valid port")
            }
            port = number
        }
        guard !host.isEmpty else { throw ParseError(message: "\"\(text)\" names no host") }
    }

    /// The host as a URL writes it.
    var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

    /// `scheme://host:port/prefix`.
    var base: String { "\(scheme)://\(bracketedHost)\(port.map { ":\($0)" } ?? "")\(path)" }
}
