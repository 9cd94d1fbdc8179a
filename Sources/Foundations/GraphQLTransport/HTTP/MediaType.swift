import HTTPTypes

/// A media type or range with its parameters (RFC 9110, 8.3.1), as far as two headers need it.
struct MediaType {
    /// Lower case.
    var name: String
    /// Lower-case names; values without quotes.
    var parameters: [String: String] = [:]

    init(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { Self.trimmed($0) }
        name = (parts.first ?? "").lowercased()
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { Self.trimmed($0[...]) }
            guard pair.count == 2 else { continue }
            parameters[pair[0].lowercased()] = pair[1].filter { $0 != "\"" }
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let start = text.drop(while: isSpace)
        return String(String(start.reversed().drop(while: isSpace)).reversed())
    }

    /// Whether the text is UTF-8, which is assumed when nothing is said.
    var isUTF8: Bool { ["utf-8", "utf8"].contains(parameters["charset"]?.lowercased() ?? "utf-8") }

    /// 0 to 1: how much a client wants it.
    var quality: Double { parameters["q"].map { Double($0) ?? 0 } ?? 1 }
}

/// What responses may be written as.
enum ResponseType: String, CaseIterable {
    /// Known to all clients, and taken when a client has no wish.
    case json = "application/json"
    case graphQL = "application/graphql-response+json"

    var header: String { rawValue + "; charset=utf-8" }

    /// The type that the client wants most; nil when it wants none of them.
    ///
    /// Of equal wishes an exact one goes before a range, then the one that stands first.
    init?(accept headers: [String]) {
        let wishes = headers.flatMap { $0.split(separator: ",") }.map { MediaType(String($0)) }.filter {
            !$0.name.isEmpty
        }
        guard !wishes.isEmpty else {
            self = .json
            return
        }
        typealias Rank = (quality: Double, exactness: Int, place: Int)
        func rank(_ type: ResponseType) -> Rank? {
            let ranges = [type.rawValue, "application/*", "*/*"]
            let matches = wishes.enumerated().compactMap { place, wish -> Rank? in
                guard let range = ranges.firstIndex(of: wish.name), wish.isUTF8 else { return nil }
                return (wish.quality, ranges.count - range, -place)
            }
            // The most exact wish says what a type is worth, even when it is nothing.
            return matches.max { ($0.exactness, $0.place) < ($1.exactness, $1.place) }.flatMap {
                $0.quality > 0 ? $0 : nil
            }
        }
        let ranked = Self.allCases.compactMap { type in rank(type).map { (type, $0) } }
        guard var best = ranked.first else { return nil }
        for candidate in ranked.dropFirst() where candidate.1 > best.1 { best = candidate }
        self = best.0
    }
}
