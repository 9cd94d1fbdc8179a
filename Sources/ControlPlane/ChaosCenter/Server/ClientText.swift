/// Checks of texts that clients send, in Unicode characters.
enum ClientText {
    static let longestName = 253
    static let longestDescription = 10_000
    static let mostTags = 100
    static let longestList = 1000

    /// - Parameter field: for the error, such as `request.name`.
    /// - Throws: `CenterError.invalid`.
    static func name(_ text: String, _ field: String) throws {
        guard !text.allSatisfy(\.isWhitespace) else { throw CenterError.invalid("\(field) must not be empty") }
        try length(text, field, longestName)
    }

    static func details(description: String?, tags: [String]?, of place: String = "request") throws {
        if let description { try length(description, "\(place).description", longestDescription) }
        guard let tags else { return }
        guard tags.count <= mostTags else {
            throw CenterError.invalid("\(place).tags: there are \(tags.count), more than \(mostTags)")
        }
        for tag in tags { try length(tag, "\(place).tags", longestName) }
    }

    /// Of texts that something is looked up by.
    static func count(_ texts: [String]?, _ field: String) throws {
        guard let texts, texts.count > longestList else { return }
        throw CenterError.invalid("\(field): there are \(texts.count), more than \(longestList)")
    }

    static func length(_ text: String, _ field: String, _ limit: Int) throws {
        guard text.count <= limit else {
            throw CenterError.invalid("\(field) is longer than \(limit) characters")
        }
    }

    /// Whether a text is one line of at most so many characters.
    static func isLine(_ text: String, _ longest: Int) -> Bool {
        isText(text, longest) && !text.contains(where: \.isNewline)
    }

    /// Whether a text has at most so many characters, and nothing that controls a terminal.
    static func isText(_ text: String, _ longest: Int) -> Bool {
        text.count <= longest && text.utf8.count <= longest * 4
            && text.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && $0.value != 0x7f || "\n\r\t".unicodeScalars.contains($0)
            }
    }
}
