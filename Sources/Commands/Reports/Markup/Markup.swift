/// A piece of XML or HTML. Text gets into it by interpolation only, and is escaped there: what a report tells comes from
/// manifests and from programs under test, and none of it is trusted.
struct Markup: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    private(set) var description: String

    static let empty: Markup = ""

    init(stringLiteral value: String) { description = value }

    init(stringInterpolation: StringInterpolation) { description = stringInterpolation.text }

    init(joining parts: [Markup], separator: String = "") {
        description = parts.map(\.description).joined(separator: separator)
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        /// The markup of the program's own source, as it stands.
        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ markup: Markup) { text += markup.description }

        mutating func appendInterpolation(_ parts: [Markup]) { for part in parts { text += part.description } }

        /// Text, safe between tags and in quoted attributes.
        mutating func appendInterpolation(_ value: some StringProtocol) { text += Markup.escaped(String(value)) }

        mutating func appendInterpolation(_ value: Int) { text += String(value) }

        /// Text of an attribute whose line breaks and tabs are to survive a parser of XML.
        mutating func appendInterpolation(attribute value: String) {
            for scalar in Markup.escaped(value).unicodeScalars {
                switch scalar {
                case "\n": text += "&#10;"
                case "\t": text += "&#9;"
                default: text.unicodeScalars.append(scalar)
                }
            }
        }
    }

    /// Without what XML 1.0 forbids (section 2.2). Characters that reorder the text around them are replaced, so that no
    /// name can make a line read otherwise than it is.
    private static func escaped(_ value: String) -> String {
        var text = ""
        text.reserveCapacity(value.utf8.count)
        var last: Unicode.Scalar?
        for scalar in value.unicodeScalars {
            defer { last = scalar }
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\r": text += "\n"
            case "\n" where last == "\r": continue
            case "\t", "\n": text.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": continue
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
