import Foundation
import HTTPTypes

/// Which pages may call the server.
struct AllowedOrigins: Sendable {
    private let patterns: [NSRegularExpression]

    /// - Throws: `InvalidAuthenticationSettings` for what is no regular expression.
    init(_ texts: [String]) throws {
        patterns = try texts.map { text in
            do {
                return try NSRegularExpression(pattern: text)
            } catch {
                throw InvalidAuthenticationSettings(
                    description: "the allowed origin '\(text)' is no regular expression; write one such as "
                        + #"^https://chaos\.example\.com$"#)
            }
        }
    }

    /// - Returns: the origin to allow in the answer, empty for a request that names none, which is no page's; nil when it
    ///   is not allowed.
    func admitted(origin: String?, host: String?) -> String? {
        guard let origin else { return "" }
        // Of its own page: the origin is the scheme and the host that was asked.
        if let host, let authority = origin.range(of: "://"), origin[authority.upperBound...] == host { return origin }
        let range = NSRange(origin.startIndex..., in: origin)
        return patterns.contains { $0.firstMatch(in: origin, range: range) != nil } ? origin : nil
    }
}
