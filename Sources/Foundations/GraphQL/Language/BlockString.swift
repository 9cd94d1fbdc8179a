/// Block strings: indentation when read, layout when printed. Section 2.9.4 of the specification.
enum BlockString {
    /// The value of the raw lines: without common indentation and without blank lines at both ends.
    static func value(ofLines lines: [[UInt8]]) -> String {
        var common = Int.max
        var first: Int?
        var last = -1
        for (number, line) in lines.enumerated() {
            let indent = line.prefix { isBlank($0) }.count
            guard indent < line.count else { continue }
            first = first ?? number
            last = number
            if number > 0 { common = min(common, indent) }
        }
        guard let first else { return "" }
        var value: [UInt8] = []
        for number in first...last {
            if number > first { value.append(UInt8(ascii: "\n")) }
            value.append(contentsOf: number == 0 ? lines[0][...] : lines[number].dropFirst(common))
        }
        return String(decoding: value, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Whether a block string can hold the value exactly.
    static func canHold(_ value: String) -> Bool {
        guard !value.isEmpty else { return true }
        var lineIsBlank = true
        var hasIndent = false
        var hasCommonIndent = true
        var seenText = false
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\n":
                if lineIsBlank && !seenText { return false }
                seenText = true
                lineIsBlank = true
                hasIndent = false
            case " ", "\t": hasIndent = hasIndent || lineIsBlank
            case "\u{0}"..."\u{F}": return false
            default:
                hasCommonIndent = hasCommonIndent && hasIndent
                lineIsBlank = false
            }
        }
        return !lineIsBlank && !(hasCommonIndent && seenText)
    }

    /// The value in triple quotation marks.
    static func printed(_ value: String) -> String {
        let escaped = value.replacingUTF8("\"\"\"", with: "\\\"\"\"")
        let lines = lines(of: escaped)
        let isSingle = lines.count == 1
        let forceLeading =
            lines.count > 1
            && lines.dropFirst().allSatisfy { $0.isEmpty || $0.first == " " || $0.first == "\t" }
        let endsInTriple = escaped.unicodeScalars.ends(with: "\\\"\"\"".unicodeScalars)
        let last = value.unicodeScalars.last
        let forceTrailing = (last == "\"" && !endsInTriple) || last == "\\"
        let isMultiple =
            !isSingle || value.unicodeScalars.count > 70 || forceTrailing || forceLeading || endsInTriple
        let first = value.unicodeScalars.first
        let skipLeading = isSingle && (first == " " || first == "\t")
        let before = (isMultiple && !skipLeading) || forceLeading ? "\n" : ""
        let after = isMultiple || forceTrailing ? "\n" : ""
        return "\"\"\"\(before)\(escaped)\(after)\"\"\""
    }

    private static func lines(of text: String) -> [String.UnicodeScalarView.SubSequence] {
        var lines: [String.UnicodeScalarView.SubSequence] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            guard scalar == "\n" || scalar == "\r" else {
                index = next
                continue
            }
            lines.append(scalars[start..<index])
            start =
                scalar == "\r" && next < scalars.endIndex && scalars[next] == "\n" ? scalars.index(after: next) : next
            index = start
        }
        lines.append(scalars[start...])
        return lines
    }
}

extension Collection where Element: Equatable {
    fileprivate func ends(with other: some Collection<Element>) -> Bool {
        count >= other.count && suffix(other.count).elementsEqual(other)
    }
}

extension String {
    /// Replaces by bytes: characters of Swift would swallow a line feed after a carriage return, or a quotation mark
    /// before an accent.
    func replacingUTF8(_ part: String, with other: String) -> String {
        let bytes = Array(utf8)
        let pattern = Array(part.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == pattern[0], bytes[index...].starts(with: pattern) {
                result.append(contentsOf: other.utf8)
                index += pattern.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
