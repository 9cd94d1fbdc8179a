import Testing

@testable import GraphQL

@Suite struct LexingTests {
    private func failure(_ source: String) -> GraphQLError? {
        do {
            _ = try Document(parsing: source)
            return nil
        } catch {
            return error
        }
    }

    private func value(_ source: String) throws -> String? {
        if case .string(let text, _) = try ValueNode(parsing: source).kind { text } else { nil }
    }

    @Test(arguments: [
        (#""""#, ""), (#""plain""#, "plain"), (#""a \" \\ \/ \b \f \n \r \t""#, "a \" \\ / \u{8} \u{C} \n \r \t"),
        (#""\u00e9\u{1F600}\uD83D\uDE00""#, "é😀😀"), ("\"é😀\"", "é😀"),
    ])
    func stringsAreUnescaped(source: String, expected: String) throws {
        #expect(try value(source) == expected)
    }

    @Test(arguments: [
        ("\"\"\"one\"\"\"", "one"),
        ("\"\"\"\n    first\n      second\n\n    third\n  \"\"\"", "first\n  second\n\nthird"),
        ("\"\"\"  kept\n   rest\"\"\"", "  kept\nrest"),
        ("\"\"\"a \\\"\"\" b\"\"\"", "a \"\"\" b"),
        ("\"\"\"a\r\n b\r c\"\"\"", "a\nb\nc"),
        ("\"\"\"no \\n escapes\"\"\"", "no \\n escapes"),
        ("\"\"\"\n\n\"\"\"", ""),
    ])
    func blockStringsLoseTheirIndentation(source: String, expected: String) throws {
        #expect(try value(source) == expected)
    }

    @Test(arguments: [
        ("{ a ~ }", 1, 5), ("{\n  a(b: \"open) }", 2, 16), ("{ a(b: 01) }", 1, 9), ("{ a(b: 1.) }", 1, 10),
        ("{ a(b: 1x) }", 1, 9), ("{ a(b: 1.5.) }", 1, 11), ("{ a(b: -) }", 1, 9), ("{ a(b: \"\\x\") }", 1, 9),
        ("{ a(b: \"\\uD83D\") }", 1, 9), ("{ a(b: \"\\u{110000}\") }", 1, 9), ("{ a(b: 'x') }", 1, 8),
        ("{ a .. b }", 1, 5), ("\r\n\r{ é }", 3, 3), ("# 😀 note\n{ \"\"\"x", 2, 7), ("{ a(b: \"😀\" ~) }", 1, 12),
        ("{ a(b: 1e) }", 1, 10),
    ])
    func errorsSayWhere(source: String, line: Int, column: Int) throws {
        let error = try #require(failure(source))
        #expect(error.locations == [Place(line: line, column: column)])
        #expect(error.code == .parseFailed)
    }

    @Test func ignoredTokensDoNotCount() throws {
        let document = try Document(parsing: "\u{FEFF}{, a # comment }\r\n\t,,b }")
        #expect(document.printed == "{\n  a\n  b\n}")
        #expect(document.tokenCount == 4)
    }

    @Test func tokensAreLimited() throws {
        let source = "{ " + String(repeating: "a ", count: 100) + "}"
        #expect(try Document(parsing: source, tokens: 102).tokenCount == 102)
        let error = #expect(throws: GraphQLError.self) { try Document(parsing: source, tokens: 101) }
        #expect(error?.code == .tokenLimit)
        #expect(error?.locations == [Place(line: 1, column: 203)])
    }

    @Test(arguments: [
        String(repeating: "{a", count: 100_000), "{a(b:" + String(repeating: "[", count: 100_000),
        "{a(b:" + String(repeating: "{c:", count: 100_000),
        "query($a:" + String(repeating: "[", count: 100_000),
    ])
    func nestingIsLimited(source: String) throws {
        #expect(try #require(failure(source)).code == .nestingLimit)
    }
}
