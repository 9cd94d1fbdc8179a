import KubernetesAPI

/// YAML with Argo's template tags in it, such as `{{workflow.uid}}`, as the artifacts of a Workflow hold it. Where a
/// tag has no quotes around it, the text is no YAML before Argo has replaced it.
///
/// Tags are read as the text that they are, and written as they were: one without quotes again without, so that what
/// takes its place keeps its type. Comments, the order of keys and the style of other scalars are not kept.
///
/// A value that is such a tag has a mark at its end, which goes along with it wherever the value is moved, and is not
/// written.
struct TemplatedYAML: Sendable, Hashable {
    /// Read them `withoutTagMarks`.
    var documents: [JSON]

    /// - Parameter source: named in errors.
    /// - Throws: `YAMLError`.
    init(_ text: String, source: String) throws(YAMLError) {
        let mask = Mask(avoiding: text)
        let masked = try JSON.documents(yaml: mask.hidden(in: text), source: source)
        documents = masked.map { Self.revealed($0, mask) }
    }

    private static func revealed(_ document: JSON, _ mask: Mask) -> JSON {
        document.mapTexts(key: mask.revealed(in:)) { text in
            // A text has the mark from here only.
            let revealed = mask.revealed(in: text).withoutTagMark
            return mask.isUnquotedTag(text) ? revealed.withTagMark : revealed
        }
    }

    /// The documents as YAML.
    func text() throws -> String {
        let mask = Mask(avoiding: documents.map(\.description).joined())
        let texts = try documents.map { document in
            let hidden = document.mapTexts(key: mask.hidden(inValue:)) { text in
                text.hasTagMark ? mask.hiddenUnquoted(text.withoutTagMark) : mask.hidden(inValue: text)
            }
            return mask.revealed(inYAML: try hidden.yaml())
        }
        return texts.joined(separator: "---\n")
    }
}

extension JSON {
    /// A value of a `TemplatedYAML` as everything else is to see it.
    var withoutTagMarks: JSON { mapTexts(key: { $0 }, value: \.withoutTagMark) }

    fileprivate func mapTexts(key: (String) -> String, value: (String) -> String) -> JSON {
        switch self {
        case .string(let text): .string(value(text))
        case .array(let elements): .array(elements.map { $0.mapTexts(key: key, value: value) })
        case .object(let members):
            .object(
                Dictionary(
                    members.map { (key($0.key), $0.value.mapTexts(key: key, value: value)) },
                    uniquingKeysWith: { first, _ in first }))
        default: self
        }
    }
}

extension String {
    /// Of those that Unicode leaves to private use. A text that ends with it loses it.
    private static let tagMark: Unicode.Scalar = "\u{10FFFD}"

    fileprivate var hasTagMark: Bool { unicodeScalars.last == Self.tagMark }

    fileprivate var withTagMark: String {
        var text = self
        text.unicodeScalars.append(Self.tagMark)
        return text
    }

    var withoutTagMark: String {
        var text = self
        while text.hasTagMark { text.unicodeScalars.removeLast() }
        return text
    }
}

/// Puts words that YAML reads as part of a string in the place of tags, and back.
private struct Mask {
    /// Begins every such word: the marker, `q` or `u` (quoted, unquoted), the tag in hexadecimal, `=`. The equals
    /// signs keep the writer of YAML from leaving the quotes away.
    private let marker: String

    init(avoiding text: String) {
        var marker: String
        repeat { marker = "tag\(String(UInt64.random(in: 0 ... .max), radix: 16))=" } while text.contains(marker)
        self.marker = marker
    }

    private func word(_ kind: Character, _ tag: some StringProtocol) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let hex = tag.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "\(marker)\(kind)\(String(decoding: hex, as: UTF8.self))="
    }

    // MARK: Hiding

    /// A whole text of YAML.
    func hidden(in text: String) -> String {
        guard text.contains("{{") else { return text }
        return Self.lines(of: text).map { line in
            Self.replacing(in: line) { tag, before, after in
                word(Self.isWhole(before: before, after: after) ? "u" : "q", tag)
            }
        }.joined(separator: "\n")
    }

    /// A value or a key of a document; its tags are written within quotes or a block.
    func hidden(inValue text: String) -> String {
        guard text.contains("{{") else { return text }
        return Self.lines(of: text).map { Self.replacing(in: $0) { tag, _, _ in word("q", tag) } }.joined(
            separator: "\n")
    }

    /// A value that is one tag without quotes, unless it was changed.
    func hiddenUnquoted(_ text: String) -> String {
        Self.replacing(in: text[...]) { tag, before, after in
            word(before.isEmpty && after.isEmpty ? "u" : "q", tag)
        }
    }

    /// By bytes: as one `Character`, `\r\n` is no line feed.
    private static func lines(of text: String) -> [Substring] {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// Whether nothing but a tag is the value: `key: {{tag}}`, `- {{tag}}`.
    private static func isWhole(before: Substring, after: Substring) -> Bool {
        guard before.last == " ", let last = before.last(where: { $0 != " " }), last == ":" || last == "-" else {
            return false
        }
        let rest = after.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        return rest.isEmpty || (rest.first == "#" && after.first != "#")
    }

    private static func replacing(
        in line: Substring, _ body: (_ tag: Substring, _ before: Substring, _ after: Substring) -> String
    ) -> String {
        var result = ""
        var rest = line
        while let tag = firstTag(in: rest) {
            result += rest[..<tag.startIndex]
            result += body(tag, line[..<tag.startIndex], line[tag.endIndex...])
            rest = rest[tag.endIndex...]
        }
        return result + rest
    }

    /// `{{name}}` or `{{=expression}}` within a line. Braces and quotes belong to expressions only: elsewhere they are
    /// JSON's.
    private static func firstTag(in line: Substring) -> Substring? {
        let bytes = line.utf8
        var start = bytes.startIndex
        while let open = bytes[start...].firstIndex(of: UInt8(ascii: "{")) {
            let second = bytes.index(after: open)
            guard second < bytes.endIndex else { return nil }
            start = second
            guard bytes[second] == UInt8(ascii: "{") else { continue }
            let body = bytes[bytes.index(after: second)...]
            let isExpression = body.first { $0 != UInt8(ascii: " ") } == UInt8(ascii: "=")
            if let end = end(of: body, isExpression) { return line[open..<end] }
            // No tag ends behind here.
            if isExpression { return nil }
        }
        return nil
    }

    /// The place after the braces that end a tag.
    private static func end(of body: Substring.UTF8View, _ isExpression: Bool) -> String.Index? {
        var index = body.startIndex
        while index < body.endIndex {
            let next = body.index(after: index)
            switch body[index] {
            case UInt8(ascii: "}") where next < body.endIndex && body[next] == UInt8(ascii: "}"):
                return body.index(after: next)
            case UInt8(ascii: "}"), UInt8(ascii: "{"), UInt8(ascii: "\""):
                if !isExpression { return nil }
            default: break
            }
            index = next
        }
        return nil
    }

    // MARK: Revealing

    func isUnquotedTag(_ text: String) -> Bool {
        guard text.hasPrefix(marker + "u"), text.last == "=" else { return false }
        return text.dropFirst(marker.count + 1).dropLast().allSatisfy(\.isHexDigit)
    }

    func revealed(in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: marker) {
            result += rest[..<start.lowerBound]
            let word = rest[start.upperBound...].dropFirst()
            guard let end = word.firstIndex(of: "=") else { return result + rest[start.lowerBound...] }
            result += Self.tag(word[..<end])
            rest = word[word.index(after: end)...]
        }
        return result + rest
    }

    /// A text of YAML: the quotes that were put around unquoted tags go as well.
    func revealed(inYAML text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "\"\(marker)u") {
            result += rest[..<start.lowerBound]
            let word = rest[start.upperBound...]
            guard let end = word.firstRange(of: "=\"") else { break }
            result += Self.tag(word[..<end.lowerBound])
            rest = word[end.upperBound...]
        }
        return revealed(in: result + rest)
    }

    private static func tag(_ hex: Substring) -> String {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in hex {
            let value = UInt8(truncatingIfNeeded: digit.hexDigitValue ?? 0)
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
