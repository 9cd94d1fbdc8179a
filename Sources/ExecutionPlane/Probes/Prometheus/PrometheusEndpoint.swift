#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a Prometheus listens: `http(s)://[USER:PASSWORD@]HOST[:PORT][/PREFIX]`.
///
/// The description leaves the credentials out, so that it may stand in messages.
struct PrometheusEndpoint: Sendable, Hashable, CustomStringConvertible {
    let description: String
    /// `Authorization` of the requests (RFC 7617); nil without credentials.
    let authorization: String?

    /// nil when `text` is no such address.
    init?(parsing text: String) {
        guard var components = URLComponents(string: text), let host = components.host, !host.isEmpty,
            ["http", "https"].contains(components.scheme?.lowercased() ?? ""), components.query == nil,
            components.fragment == nil
        else { return nil }
        authorization = components.user.map { user in
            "Basic " + Data("\(user):\(components.password ?? "")".utf8).base64EncodedString()
        }
        components.user = nil
        components.password = nil
        var address = components.string ?? ""
        while address.hasSuffix("/") { address.removeLast() }
        guard !address.isEmpty else { return nil }
        description = address
    }

    /// The address that answers `query` at the present moment (Prometheus' HTTP API, instant queries).
    func url(query: String) -> String {
        "\(description)/api/v1/query?query=\(Self.percentEncoded(query))"
    }

    /// Everything but RFC 3986's unreserved characters: a form decoder would read `+` as a space.
    private static func percentEncoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
