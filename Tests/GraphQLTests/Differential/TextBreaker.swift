@testable import GraphQL

/// Breaks texts: tokens left out, doubled, exchanged or replaced, and now and then a byte.
struct TextBreaker {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private static let spare = [
        "{", "}", "(", ")", "[", "]", ":", "!", "$", "=", "@", "|", "&", "...", "on", "query", "fragment", "null",
        "true", "1", "-1.5e3", "\"text\"", "\"\"\"block\"\"\"", "name", "id", "Int", "String", "$x", "type", "# note\n",
        "\u{FEFF}", "é", "\"\\u00e9\\n\"", "\"\\u{1F600}\"", "\"open", "\"\"\"open", "01", "1.", ".5", "1x", "'",
        "\"\\x\"", "\"\\uD83D\\uDE00\"", "\"\\uD83D\"", "\"\\u{110000}\"", "~", "\r\n", "\r", "-", "\"\u{1F600}é\"",
    ]

    mutating func broken(_ text: String) -> String {
        var pieces = Self.pieces(of: text)
        for _ in 0..<(1 + random.number(2)) where !pieces.isEmpty {
            let index = random.number(pieces.count)
            switch random.number(6) {
            case 0: pieces.remove(at: index)
            case 1: pieces.insert(pieces[index], at: index)
            case 2: pieces.swapAt(index, random.number(pieces.count))
            case 3: pieces[index] = random.pick(Self.spare)
            case 4: pieces.insert(random.pick(Self.spare), at: index)
            default: pieces[index] = random.pick(pieces)
            }
        }
        return pieces.joined(separator: random.chance(20) ? "\n" : " ")
    }

    /// One name in the place of another, which the grammar seldom minds.
    mutating func renamed(_ text: String) -> String {
        var pieces = Self.pieces(of: text)
        let names = pieces.indices.filter { pieces[$0].utf8.first.map(Lexer.isNameStart) ?? false }
        guard !names.isEmpty else { return text }
        for _ in 0..<(1 + random.number(2)) { pieces[random.pick(names)] = pieces[random.pick(names)] }
        return pieces.joined(separator: " ")
    }

    /// The tokens, as they are written.
    static func pieces(of text: String) -> [String] {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            var lexer = Lexer(buffer)
            var pieces: [String] = []
            while let token = try? lexer.next(), token.kind != .endOfFile {
                pieces.append(lexer.text(token.start..<token.end))
            }
            return pieces
        }
    }
}
