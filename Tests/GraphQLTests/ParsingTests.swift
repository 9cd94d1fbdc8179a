import Testing

@testable import GraphQL

@Suite struct ParsingTests {
    private func place(_ source: String) -> Place? {
        do {
            _ = try Document(parsing: source)
            return nil
        } catch {
            return error.locations.first
        }
    }

    @Test(arguments: [
        ("", 1, 1), ("{", 1, 2), ("{}", 1, 2), ("{ a", 1, 4), ("{ a( }", 1, 6), ("{ a() }", 1, 5), ("{ ...on }", 1, 9),
        ("fragment on on T { a }", 1, 10), ("notAnOperation A { a }", 1, 1), ("query A", 1, 8),
        ("query ($a: Int = $b) { a }", 1, 18), ("{ a @ }", 1, 7), ("{ a: }", 1, 6), ("\"text\" { a }", 1, 1),
        ("extend", 1, 7), ("extend type A", 1, 14), ("enum E { true }", 1, 10), ("type A { }", 1, 10),
        ("directive @a on NOWHERE", 1, 17), ("union A =", 1, 10), ("\"text\" extend type A { a: B }", 1, 1),
        ("schema", 1, 7), ("{ a } }", 1, 7),
    ])
    func errorsSayWhere(source: String, line: Int, column: Int) {
        #expect(place(source) == Place(line: line, column: column))
    }

    /// Parsing what was printed gives the same print, and the kitchen sinks of both languages survive unchanged.
    @Test(arguments: [
        """
        query Name($a: Int = 1, $b: [In!]! @dir) @dir(x: 1) {
          alias: field(one: $a, two: [1, 2.5, "s"], three: {k: E, l: null, m: true}) @skip(if: $c) {
            id
          }
          ...Part @dir
          ... on Type @dir {
            a
          }
          ... {
            b
          }
        }

        mutation {
          a
        }

        subscription S {
          a
        }

        fragment Part on Type @dir {
          a(long: "\("0123456789")\("0123456789")\("0123456789")")
        }
        """,
        """
        \"\"\"What it is.\"\"\"
        schema @dir {
          query: Q
          mutation: M
        }

        "Single."
        type A implements I & J @dir {
          "A field."
          a(
            "An argument."
            x: Int = 1 @dir
          ): [String!]! @deprecated(reason: "old")
          b: Int
        }

        interface J implements I {
          a: Int
        }

        union U @dir = A | B

        enum E {
          A
          B @dir
        }

        input In {
          a: Int = 1
          b: [In!]
        }

        scalar S @specifiedBy(url: "u")

        directive @dir(x: Int) repeatable on FIELD | OBJECT

        extend schema @dir

        extend type A implements K

        extend union U = C

        extend enum E {
          C
        }

        extend input In {
          c: Int
        }

        extend scalar S @dir

        extend interface J @dir
        """,
    ])
    func printedDocumentsParseToThemselves(source: String) throws {
        #expect(try Document(parsing: source).printed == source)
    }

    @Test func longArgumentListsAreWrapped() throws {
        let long = String(repeating: "x", count: 60)
        let printed = try Document(parsing: "{ field(first: \"\(long)\", second: 12345) }").printed
        #expect(printed == "{\n  field(\n    first: \"\(long)\"\n    second: 12345\n  )\n}")
    }

    @Test(arguments: [
        "", "one line", "two\nlines", "  indented\n    more", "ends with \"", "ends \\", "a \"\"\" b", "\t\n\t",
    ])
    func stringsSurvivePrinting(text: String) throws {
        for block in [false, BlockString.canHold(text)] {
            let printed = ValueNode(kind: .string(text, block: block), offset: 0).printed
            guard case .string(let read, let wasBlock) = try ValueNode(parsing: printed).kind else {
                Issue.record("no string: \(printed)")
                continue
            }
            #expect(read == text)
            #expect(wasBlock == block)
        }
    }
}
