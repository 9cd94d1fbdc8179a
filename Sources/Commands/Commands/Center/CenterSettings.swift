import Foundation

/// How the Chaos Center of this process is run, as the user says it; `CenterConfiguration` is what comes of it.
struct CenterSettings: Sendable, Hashable {
    var listen = HostPort(host: "127.0.0.1", port: 9091)
    /// A `DatabaseURL`; nil for a SQLite file in the data directory.
    var database: String?
    var adminPasswordFile: String?
    /// Without a path, and without a slash at its end.
    var publicURL: String?
    var tlsCertificate: String?
    var tlsKey: String?
    var tlsAuthority: String?
    var oidcIssuer: String?
    var oidcClientID: String?
    var oidcClientSecretFile: String?
    var oidcCallbackURL: String?
    /// Regular expressions.
    var allowedOrigins: [String] = []
    var trustsForwardedFor = false
    /// Whether hubs and GitOps may read `file:` URLs and servers on this host.
    var allowsLocalRepositories = false
    var sessionLifetime = Duration.seconds(24 * 3600)
    var runSilence = Duration.seconds(1800)
    var hasMetrics = true

    /// A URL without a path, as `https://chaos.example.com`; nil for anything else.
    static func publicURL(_ text: String) -> String? {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme),
            let host = url.host, !host.isEmpty, url.path.isEmpty, url.query == nil, url.fragment == nil,
            url.user == nil
        else { return nil }
        return text
    }

    /// The regular expression for an origin, which is one already when it begins with `^`; nil for what is neither.
    static func origin(_ text: String) -> String? {
        if text.hasPrefix("^") { return (try? NSRegularExpression(pattern: text)).map { _ in text } }
        return publicURL(text).map { "^\(NSRegularExpression.escapedPattern(for: $0))$" }
    }
}
