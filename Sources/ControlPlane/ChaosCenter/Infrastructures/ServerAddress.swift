import Foundation

/// Where agents reach this server.
struct ServerAddress: Sendable, Hashable {
    /// Scheme, host and port, perhaps a path, such as `https://chaos.example.com`; no slash at its end.
    let base: String
    private let host: String

    /// Of the GraphQL endpoint.
    var graphQL: String { base + "/api/query" }

    /// Whether only this machine itself can reach it.
    var isLoopback: Bool {
        let bare = host.trimmingCharacters(in: ["[", "]"]).lowercased()
        return bare == "localhost" || bare.hasSuffix(".localhost") || bare == "::1" || bare == "0.0.0.0"
            || bare == "::" || (bare.hasPrefix("127.") && bare.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// The one of the settings; else the one in the `Referer`, which is the address of the portal that asks, or of the
    /// request itself; else the one that the request was sent to.
    /// - Throws: `CenterError.invalid` with upstream's words for a `Referer` that is no URL of a server.
    init(_ settings: ChaosCenterSettings, _ request: RequestOrigin) throws {
        if let publicURL = settings.publicURL, !publicURL.isEmpty {
            guard let address = ServerAddress(publicURL, keepsPath: true) else {
                throw CenterError.invalid("the setting --public-url is no http or https URL: '\(publicURL)'")
            }
            self = address
        } else if let referer = request.referer, !referer.isEmpty {
            guard let address = ServerAddress(referer) else {
                throw CenterError.invalid("unable to parse referer header: it is no http or https URL")
            }
            self = address
        } else {
            let scheme = request.isForwardedHTTPS || settings.servesTLS ? "https" : "http"
            guard let authority = request.authority, let address = ServerAddress("\(scheme)://\(authority)") else {
                throw CenterError.invalid(
                    "unable to parse referer header: the request names neither a Referer nor a Host; "
                        + "start the Chaos Center with --public-url")
            }
            self = address
        }
    }

    /// - Parameter keepsPath: whether the URL's path belongs to the address.
    init?(_ url: String, keepsPath: Bool = false) {
        guard url.utf8.count <= 2048, let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, Self.isHost(host)
        else { return nil }
        let bracketed = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        let port = parts.port.map { ":\($0)" } ?? ""
        var path = keepsPath ? parts.path : ""
        while path.hasSuffix("/") { path.removeLast() }
        base = "\(scheme)://\(bracketed)\(port)\(path)"
        self.host = host
    }

    /// A name or an address, without anything that could not be one.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-._:[]%".unicodeScalars.contains($0)
            }
    }
}
