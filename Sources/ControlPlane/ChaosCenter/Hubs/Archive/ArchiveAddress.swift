import Foundation

/// Where an archive is: a `http` or `https` URL without user name or password.
struct ArchiveAddress: Sendable, Hashable {
    let url: String
    /// As it is written in the URL, an IPv6 address without its brackets.
    let host: String

    /// - Throws: `CenterError.invalid`.
    init(_ url: String) throws(CenterError) {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        let parts = URLComponents(string: url)
        let host = parts?.host ?? ""
        guard ["http", "https"].contains(scheme), url.dropFirst(scheme.count).hasPrefix("://"), !host.isEmpty,
            url.utf8.count <= GitAddress.maximumLength,
            url.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }), parts?.user == nil,
            parts?.password == nil
        else {
            throw .invalid(
                "repoURL: a remote hub is a zip archive behind a http or https URL without user name, password or token"
            )
        }
        self.url = url
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private var isSecure: Bool { url.lowercased().hasPrefix("https:") }

    /// - Throws: `CenterError.unavailable` when it leads to where no archive is fetched from.
    func redirected(to location: String) throws(CenterError) -> ArchiveAddress {
        guard location.utf8.count <= GitAddress.maximumLength,
            let url = URL(string: location, relativeTo: URL(string: url))?.absoluteString,
            let target = try? ArchiveAddress(url)
        else { throw .unavailable("the server redirects to what is no http or https URL") }
        guard target.isSecure || !isSecure else { throw .unavailable("the server redirects from https to http") }
        return target
    }
}
