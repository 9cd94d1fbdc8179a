import Testing

@testable import GraphQL

@Suite struct LocationTests {
    /// Counts from the beginning.
    private static func place(of offset: Int, in bytes: [UInt8]) -> Place {
        var line = 1
        var column = 1
        for (index, byte) in bytes.prefix(offset).enumerated() {
            let isPair = byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if (byte == 0x0A || byte == 0x0D) && !isPair {
                line += 1
                column = 1
            } else if byte < 0x80 || byte >= 0xC0 {
                column += 1
            }
        }
        return Place(line: line, column: column)
    }

    @Test("places of long documents are those that are counted from the beginning")
    func places() throws {
        var random = SeededGenerator(seed: 7)
        let pieces = ["é", "😀", "a", " ", "\n#", "\r#", "\r\n#", "{", "\t"]
        let text = "{ a }\n#" + (0..<12_000).map { _ in random.pick(pieces) }.joined()
        let document = try Document(parsing: text)
        let bytes = Array(text.utf8)
        #expect(bytes.count > 3 * LocationIndex.step)
        let borders = [LocationIndex.step, 2 * LocationIndex.step, bytes.count].flatMap { ($0 - 3)...($0 + 3) }
        for offset in borders + [0, 1, -1, .max] + (0..<200).map({ _ in random.number(bytes.count) }) {
            let expected = Self.place(of: min(max(offset, 0), bytes.count), in: bytes)
            #expect(document.location(at: offset) == expected, "\(offset)")
        }
    }

    /// Each place was counted from the beginning: minutes for such a request.
    @Test("thousands of places at the end of a long document are found in little time")
    func manyErrors() throws {
        let conflicts = (0..<100).map { key in "k\(key): a " + String(repeating: "k\(key): b ", count: 20) }.joined()
        let text = "#" + String(repeating: "x", count: 2_000_000) + "\n{ \(conflicts) }"
        let schema = try Schema(sdl: "type Query { a: Int  b: Int }")
        let document = try Document(parsing: text)
        let start = ContinuousClock.now
        let errors = schema.validate(document)
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(errors.count == 101)
        #expect(errors[0].locations.allSatisfy { $0.line == 2 })
    }
}
